/** The cable between the daemon and the emulated Telegram: it can be pulled, and then connections are refused. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Network {
  /** For `TELEGRAM_API_ROOT`. */
  readonly url: string;
  /** When it was pulled: wall clock, ms since the epoch. Answers that were on their way then did not arrive. */
  readonly cuts: readonly number[];
  /** Cuts what is open; nothing new gets through. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

/** @param target the other end, `http://127.0.0.1:4000` */
export async function layCable(target: string): Promise<Network> {
  const { host, hostname, port } = new URL(target);

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers: { ...headers, host }, agent: false });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    // The emulator cuts a connection on order, and so does this end of it.
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };

  const server = createServer(pass);
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The cable has no port.');
    return address.port;
  };
  const cuts: number[] = [];
  const unplug = async (): Promise<void> => {
    if (!server.listening) return;
    cuts.push(Date.now());
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const ownPort = await listen(0);
  return {
    url: `http://127.0.0.1:${String(ownPort)}`,
    cuts,
    unplug,
    plugIn: async () => {
      if (!server.listening) await listen(ownPort);
    },
    close: unplug,
  };
}
