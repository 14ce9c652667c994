/** Who lends a session to `hibernaut attach`: the running daemon, or, if none runs, the data folder itself. */
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { callControl, NoDaemonError } from '../../control/call.ts';
import { ControlError } from '../../control/protocol.ts';
import type { HandedBack } from '../../daemon/desk/attaching.ts';
import { lendAtRest, takeBackAtRest } from './at-rest.ts';
import type { Desk } from './desk.ts';
import { handedBackSchema, takenSchema, type Taken } from './methods.ts';
import { ofThisVersion } from '../of-this-version.ts';

/** Longer than a daemon waits before it says that it is busy. */
const CALL_MS = 20_000;

/** @throws ControlError if no session, or more than one, may be meant */
export async function take(desk: Desk, given: string | null, now: boolean): Promise<Taken> {
  const { dataDir } = desk.config;
  const host = hostname();
  try {
    const request = { session: given, wrapperPid: process.pid, host, now };
    return ofThisVersion(takenSchema, await callControl(dataDir, 'attach.take', request, CALL_MS));
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error;
    return lendAtRest(desk, given, { wrapperPid: process.pid, host });
  }
}

/** Never rejects: a daemon that can't be told now finds the process by itself, by the conversation that it has open. */
export async function noteOpened(desk: Desk, sessionId: string, claudePid: number): Promise<void> {
  const request = { session: sessionId, wrapperPid: process.pid, claudePid };
  await callControl(desk.config.dataDir, 'attach.opened', request).catch(() => undefined);
}

/** A daemon that starts or stops at this very moment. */
const HAND_BACK_WITHIN_MS = 30_000;
const TRY_AGAIN_MS = 300;

/**
 * To whichever daemon runs, or into the record. Null if it has been taken back already.
 * @throws what kept it from that for long; the next daemon then finds out by itself
 */
export async function handBack(
  desk: Desk,
  sessionId: string,
  conversations: string[],
): Promise<HandedBack | null> {
  const deadline = performance.now() + HAND_BACK_WITHIN_MS;
  for (;;) {
    try {
      return await handBackNow(desk, sessionId, conversations);
    } catch (error) {
      if (performance.now() > deadline || !mayPass(error)) throw error;
      await wait(TRY_AGAIN_MS);
    }
  }
}

async function handBackNow(
  desk: Desk,
  sessionId: string,
  conversations: string[],
): Promise<HandedBack | null> {
  const { dataDir } = desk.config;
  try {
    const request = { session: sessionId, wrapperPid: process.pid, conversations };
    return ofThisVersion(handedBackSchema, await callControl(dataDir, 'attach.handBack', request, CALL_MS));
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error;
    return takeBackAtRest(desk, sessionId, { wrapperPid: process.pid, conversations });
  }
}

/** A daemon that does not serve yet, or holds the folder and does not listen any more. */
function mayPass(error: unknown): boolean {
  return error instanceof ControlError || (error instanceof Error && error.name === 'LockHeldError');
}
