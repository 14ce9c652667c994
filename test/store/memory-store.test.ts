/** The memory store keeps the contract. */
import { createMemoryDisk, createMemoryStore } from '../../src/store/memory-store.ts';
import { storeContract } from './store.contract.ts';

storeContract('the memory store', () => {
  const disk = createMemoryDisk();
  return Promise.resolve({
    open: () => Promise.resolve(createMemoryStore(disk)),
    plantSession: (id, text) => Promise.resolve(void disk.sessions.set(id, text)),
    textsSetAside: () => Promise.resolve([...disk.unreadable.values()]),
    sessionText: (id) => Promise.resolve(disk.sessions.get(id) ?? null),
  });
});
