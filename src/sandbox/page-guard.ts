/** Who may use the chat page: only who has the address that was printed, and only from the page itself. */
import { type IncomingMessage } from 'node:http';
import { isSameSecret } from '../loopback/same-secret.ts';

export class PageGuard {
  readonly #token: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #cookieName: string;

  /** @param token new with each start */
  constructor(token: string, port: number) {
    this.#token = token;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    // Cookies do not tell ports apart: another sandbox on this machine has a cookie of its own.
    this.#cookieName = `hibernaut_sandbox_${port}`;
  }

  /** The reason to refuse the request, as a sentence; null when it may pass. */
  refusal(req: IncomingMessage, url: URL): string | null {
    const { host, origin } = req.headers;
    // A foreign name that resolves to this machine (DNS rebinding) has a foreign Host.
    if (host === undefined || !this.#hosts.has(host)) return 'This host name is not the sandbox.';
    const isAction = req.method !== 'GET' && req.method !== 'HEAD';
    if (origin === undefined ? isAction : origin !== `http://${host}`) return 'This page is not the sandbox.';
    if (!this.#knowsToken(req, url)) return 'Open the address that the sandbox printed in the terminal.';
    return null;
  }

  /** The header that lets the browser in from now on, without the token in the address. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #knowsToken(req: IncomingMessage, url: URL): boolean {
    const cookies = (req.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const prefix = `${this.#cookieName}=`;
    const fromCookie = cookies
      .filter((cookie) => cookie.startsWith(prefix))
      .map((cookie) => cookie.slice(prefix.length));
    const fromAddress = url.pathname === '/' ? url.searchParams.getAll('token') : [];
    return [...fromCookie, ...fromAddress].some((token) => isSameSecret(token, this.#token));
  }
}
