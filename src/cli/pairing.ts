/** Pairing as seen from another process than the daemon's: open it, and wait for whoever comes. For `pair` and the like. */
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { callControl } from '../control/call.ts';
import type { AccessList, OpenedPairing } from '../daemon/chats/access.ts';
import { formatDuration } from '../words/duration.ts';
import { pairingLink } from '../pairing-code.ts';
import { accessListSchema, openedPairingSchema } from './daemon/access-methods.ts';
import { ofThisVersion } from './of-this-version.ts';

export type PairingOffer = OpenedPairing & { botUsername: string | null };

export type Newcomer = AccessList['people'][number];

/**
 * A new code for one person, from the daemon that runs on the data folder.
 * @throws NoDaemonError, ControlError
 */
export async function openPairing(dataDir: string): Promise<PairingOffer> {
  return call(dataDir, 'access.open', openedPairingSchema);
}

/** What to do with the code, in two lines. @param now wall clock, ms since the epoch */
export function describeOffer({ code, expiresAt, botUsername }: PairingOffer, now: number): string {
  const bot = botUsername === null ? 'the bot' : `@${botUsername}`;
  const link = botUsername === null ? '' : `, or open ${pairingLink(botUsername, code)} and press Start`;
  return [
    `The code is ${code}. It lets one person in, within ${formatDuration(expiresAt - now)}.`,
    `They send it to ${bot} in a private chat${link}.`,
    '',
  ].join('\n');
}

const ASK_EVERY_MS = 1_000;

/**
 * Resolves with whoever used the code, or null once it is of no use any more: it ran out, a newer one took its place, or
 * too many wrong ones came. Rejects as `openPairing` does, or with the signal's reason.
 */
export async function waitForNewcomer(
  dataDir: string,
  offer: PairingOffer,
  { signal, askEveryMs = ASK_EVERY_MS }: { signal?: AbortSignal; askEveryMs?: number } = {},
): Promise<Newcomer | null> {
  for (;;) {
    const { people, pairing } = await listPeople(dataDir);
    const newcomer = people.find(({ since }) => since !== null && since >= offer.openedAt);
    if (newcomer) return newcomer;
    if (pairing?.expiresAt !== offer.expiresAt) return null;
    await wait(askEveryMs, undefined, signal && { signal });
  }
}

/** Everyone who has access, from the daemon that runs on the data folder. Rejects as `openPairing` does. */
export function listPeople(dataDir: string): Promise<AccessList> {
  return call(dataDir, 'access.list', accessListSchema);
}

async function call<T>(dataDir: string, method: string, schema: z.ZodType<T>): Promise<T> {
  return ofThisVersion(schema, await callControl(dataDir, method));
}
