/**
 * Who may use the live page: whoever was shown its address by `hibernaut watch`. The address holds a code that lets one
 * browser in, once; what the browser keeps from then on is a cookie that no script and no other site gets.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../../loopback/same-secret.ts';

/** The token that browsers keep, where it outlives this process: they stay known when the daemon starts anew. */
export interface TokenKeeper {
  read(): Promise<string | null>;
  write(token: string): Promise<void>;
}

export interface Invitation {
  code: string;
  /** Wall clock, ms since the epoch. */
  expiresAt: number;
}

/** Long enough to carry an address to the phone. */
export const INVITATION_MS = 10 * 60_000;
/** How long a browser stays known, in seconds: 30 days. */
const COOKIE_MAX_AGE_S = 30 * 24 * 60 * 60;
/** Codes that nobody used; the oldest goes first. */
const MAX_INVITATIONS = 32;
const SECRET = /^[\w-]{32}$/;

export class PageAccess {
  readonly #keeper: TokenKeeper;
  readonly #now: () => number;
  readonly #invitations: Invitation[] = [];
  #token: string;

  private constructor(token: string, keeper: TokenKeeper, now: () => number) {
    this.#token = token;
    this.#keeper = keeper;
    this.#now = now;
  }

  /** @param now wall clock, ms since the epoch */
  static async load(keeper: TokenKeeper, now: () => number): Promise<PageAccess> {
    const kept = (await keeper.read())?.trim() ?? '';
    if (SECRET.test(kept)) return new PageAccess(kept, keeper, now);
    const token = newSecret();
    await keeper.write(token);
    return new PageAccess(token, keeper, now);
  }

  invite(): Invitation {
    const invitation = { code: newSecret(), expiresAt: this.#now() + INVITATION_MS };
    this.#invitations.push(invitation);
    if (this.#invitations.length > MAX_INVITATIONS) this.#invitations.shift();
    return invitation;
  }

  /** Whether the code was good. From now on it is not. */
  redeem(code: string): boolean {
    const index = this.#invitations.findIndex((invitation) => isSameSecret(code, invitation.code));
    const [invitation] = index < 0 ? [] : this.#invitations.splice(index, 1);
    return invitation !== undefined && invitation.expiresAt > this.#now();
  }

  /** Shuts out every browser, and every address that was shown. */
  async forgetAll(): Promise<void> {
    const token = newSecret();
    await this.#keeper.write(token);
    this.#token = token;
    this.#invitations.length = 0;
  }

  isKnown({ headers, socket }: IncomingMessage): boolean {
    const start = `${cookieName(socket.localPort)}=`;
    return (headers.cookie ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .some((cookie) => cookie.startsWith(start) && isSameSecret(cookie.slice(start.length), this.#token));
  }

  /** The header that makes the browser known. */
  cookieFor({ socket }: IncomingMessage): string {
    const name = cookieName(socket.localPort);
    return `${name}=${this.#token}; HttpOnly; SameSite=Strict; Path=/watch; Max-Age=${String(COOKIE_MAX_AGE_S)}`;
  }
}

/** Cookies do not tell ports apart: another daemon on this machine has a cookie of its own. */
function cookieName(port: number | undefined): string {
  return `hibernaut_watch_${String(port)}`;
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}
