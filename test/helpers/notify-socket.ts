/** A service manager's end of sd_notify(3): a real unix datagram socket, held by Python as Node has none. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';

const HOLD = `
import json, socket, sys
name = sys.argv[1]
held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
held.bind('\\0' + name[1:] if name.startswith('@') else name)
print(json.dumps(None), flush=True)
while True:
    print(json.dumps(held.recv(4096).decode()), flush=True)
`;

export interface NotifyReceiver extends AsyncDisposable {
  /** What has come, in order, one message's lines per item. */
  readonly messages: readonly string[][];
  /** All lines of all messages. */
  readonly lines: readonly string[];
}

/** Listens on a path, or on an abstract address that begins with `@`. */
export async function receiveNotifications(address: string): Promise<NotifyReceiver> {
  const python = execa('python3', ['-c', HOLD, address], { buffer: false, reject: false, stderr: 'inherit' });
  const messages: string[][] = [];
  const reader = createInterface({ input: python.stdout });
  const bound = once(reader, 'line');
  await Promise.race([bound, python.then(() => Promise.reject(new Error(`Nobody listens on ${address}.`)))]);
  reader.on('line', (line) => messages.push((JSON.parse(line) as string).split('\n')));
  return {
    messages,
    get lines() {
      return messages.flat();
    },
    async [Symbol.asyncDispose]() {
      python.kill('SIGKILL');
      await python;
    },
  };
}
