import { expect, it } from 'vitest';
import { Fuse } from './fuse.ts';
import { NO_ORDERS, type Victim } from './orders.ts';

function aFuse(victim: Victim, hit = 1) {
  const killed: number[] = [];
  let told = 0;
  const fuse = new Fuse({ kill: (pid) => void killed.push(pid), onClaudeKilled: () => (told += 1) });
  fuse.obey({ ...NO_ORDERS, crash: { point: 'disk.written', hit, victim } });
  return { fuse, killed, told: () => told };
}

it('kills the daemon at the ordered hit of the ordered point, once', () => {
  const { fuse, killed } = aFuse('daemon', 2);
  fuse.reach('disk.renamed');
  fuse.reach('disk.written');
  expect(killed).toEqual([]);
  fuse.reach('disk.written');
  expect(killed).toEqual([process.pid]);
  fuse.reach('disk.written');
  expect(killed).toHaveLength(1);
});

it('kills the Claude that was started last and still lives', () => {
  const { fuse, killed, told } = aFuse('claude');
  for (const pid of [11, 12, 13]) fuse.noteSpawned(pid);
  fuse.noteExited(13);
  fuse.reach('disk.written');
  expect(killed).toEqual([12]);
  expect(told()).toBe(1);
});

it('kills both, Claude first', () => {
  const { fuse, killed, told } = aFuse('both');
  fuse.noteSpawned(11);
  fuse.reach('disk.written');
  expect(killed).toEqual([11, process.pid]);
  expect(told()).toBe(0);
});

it('refuses as many writes as ordered', () => {
  const fuse = new Fuse();
  fuse.obey({ ...NO_ORDERS, disk: { code: 'ENOSPC', times: 2 } });
  const write = () => fuse.write('/a');
  expect(write).toThrow('ENOSPC');
  expect(write).toThrow('ENOSPC');
  expect(write).not.toThrow();
});
