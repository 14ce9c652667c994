/** Who may watch what: each address that was given out has a token of its own, and is good until it is taken back. */
import { randomBytes } from 'node:crypto';
import type { Scope } from './root-actors.ts';

export interface Grant {
  readonly token: string;
  readonly scope: Scope;
}

/** What `newToken` makes; nothing shorter may be asked for. */
export const TOKEN = /^[\w-]{32}$/;

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

export class Grants {
  readonly #grants = new Map<string, Grant>();

  /** @param again the token of a grant that a daemon before this one gave */
  give(scope: Scope, again?: string): Grant {
    const isFree = again !== undefined && TOKEN.test(again) && !this.#grants.has(again);
    const grant = { token: isFree ? again : newToken(), scope };
    this.#grants.set(grant.token, grant);
    return grant;
  }

  /** Whether that was the last one. */
  takeBack({ token }: Grant): boolean {
    this.#grants.delete(token);
    return this.#grants.size === 0;
  }

  /** Null if there is none with this token. How long it takes tells nothing that helps to guess one of 192 random bits. */
  of(token: string): Grant | null {
    return this.#grants.get(token) ?? null;
  }
}
