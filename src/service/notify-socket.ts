/** One datagram to the service manager: Node has no unix datagram sockets, so the three system calls are made directly. */
import { constants } from 'node:os';

export interface NotifySocket {
  /** Sends the lines. Null, or the name of the error (`ECONNREFUSED`); never waits and never throws. */
  send(lines: readonly string[]): string | null;
  close(): void;
}

/** Linux' numbers, the same on every processor that Node runs on (socket(2), send(2)). */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;

/**
 * @param address as in `NOTIFY_SOCKET`: an absolute path, or `@` and the name of an abstract socket
 * @throws Error if the address is none of these, or if the system calls can not be made here
 */
export async function openNotifySocket(address: string): Promise<NotifySocket> {
  const target = socketAddress(address);
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(null);
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const sendto = libc.func(
    'intptr_t sendto(int fd, const void *data, size_t length, int flags, const void *address, uint32_t addressLength)',
  );
  const close = libc.func('int close(int fd)');
  const nameOf = (errno: number): string =>
    Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${String(errno)}`;

  const fd = Number(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) throw new Error(`No unix datagram socket can be made (${nameOf(koffi.errno())}).`);
  return {
    send: (lines) => {
      const data = Buffer.from(lines.join('\n'));
      const sent = Number(sendto(fd, data, data.length, MSG_NOSIGNAL, target, target.length));
      return sent < 0 ? nameOf(koffi.errno()) : null;
    },
    close: () => void close(fd),
  };
}

/** `struct sockaddr_un` (unix(7)): the family in the processor's byte order, then the path, or a zero and the abstract name. */
function socketAddress(address: string): Buffer {
  const isAbstract = address.startsWith('@');
  const name = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  if ((!isAbstract && !address.startsWith('/')) || name.length > 108) {
    throw new Error(`NOTIFY_SOCKET is ${JSON.stringify(address)}, which is no unix socket's address.`);
  }
  const family = Buffer.from(new Uint16Array([AF_UNIX]).buffer);
  return Buffer.concat([family, name]);
}
