/** Who may use the bot: ids for the settings, and a person who is let in with a code, by a daemon that runs for just that. */
import { setTimeout as wait } from 'node:timers/promises';
import { callControl, NoDaemonError } from '../../control/call.ts';
import { ControlError } from '../../control/protocol.ts';
import type { Config } from '../../config/config.ts';
import * as values from '../../config/values.ts';
import { ConfigError } from '../../config/reader.ts';
import { accessList, type AccessList } from '../../daemon/chats/access.ts';
import { redact } from '../../log/redact.ts';
import { peekAccess } from '../../store/access-file.ts';
import { runDaemonProcess } from '../daemon/daemon-process.ts';
import { describeOffer, listPeople, openPairing, waitForNewcomer, type Newcomer } from '../pairing.ts';
import { printable } from '../printable.ts';
import { given, listenForStopOrders } from '../daemon/stop-orders.ts';
import { givenValue, InitError, type Setup } from './setup.ts';

const ALLOWED = 'HIBERNAUT_ALLOWED_USERS';

/** Adds the ids of `--allow` and of the environment to those of the file. @throws ConfigError */
export function settleAllowed(setup: Setup): void {
  const { draft, options } = setup;
  const more = [...(options.allow ?? []), givenValue(setup, ALLOWED) ?? ''].join(' ');
  const read = values.userIds.safeParse(`${draft.value(ALLOWED) ?? ''} ${more}`);
  if (!read.success) {
    throw new ConfigError([`--allow or ${ALLOWED} is not valid. ${read.error.issues[0]?.message ?? ''}`]);
  }
  if (more.trim() !== '') draft.set(ALLOWED, read.data.join(','));
}

/** Everyone who has access, whether a daemon runs or not. */
export async function peopleOf(config: Config, now: number): Promise<AccessList['people']> {
  const { record } = await peekAccess(config.dataDir);
  return accessList(record, config.allowedUsers, now).people;
}

/**
 * Resolves with whoever was let in, or null if nobody was: it was not wanted, skipped, or the code ran out.
 * @throws Cancelled; InitError if it was asked for and no daemon could be had for it
 */
export async function settlePairing(
  setup: Setup,
  config: Config,
  people: AccessList['people'],
): Promise<Newcomer | null> {
  const { options, person, warn } = setup;
  if (!(await isWanted(setup, people))) return null;
  let end: (() => Promise<void>) | null = null;
  try {
    end = await runForPairing(config, setup.draft.environment);
    const newcomer = await pairOnce(setup, config.dataDir);
    if (newcomer) setup.tell(`${nameOf(newcomer)} is in, Telegram id ${String(newcomer.userId)}.`);
    return newcomer;
  } catch (error) {
    if (!(error instanceof InitError) || options.pair || !person) throw error;
    warn(error.message);
    return null;
  } finally {
    await end?.();
  }
}

async function isWanted({ options, person }: Setup, people: AccessList['people']): Promise<boolean> {
  if (options.pair !== undefined) return options.pair;
  if (!person) return false;
  if (people.length === 0)
    return person.confirm('Nobody may use the bot yet. Let yourself in now, from your phone?', true);
  const names = people.map((one) => nameOf(one)).join(', ');
  return person.confirm(`${names} may use the bot. Let somebody else in now?`, false);
}

function nameOf({ name, userId }: { name: string | null; userId: number }): string {
  return printable(name ?? String(userId));
}

async function pairOnce(setup: Setup, dataDir: string): Promise<Newcomer | null> {
  const { host, options, person, warn } = setup;
  const offer = await openPairing(dataDir);
  if (options.json) host.out(`${JSON.stringify(offer)}\n`);
  else if (person) person.show('On your phone', describeOffer(offer, host.now()).trimEnd().split('\n'));
  else host.out(describeOffer(offer, host.now()));

  using orders = listenForStopOrders(host.process);
  const came = new AbortController();
  const ended = new AbortController();
  const newcomer = waitForNewcomer(dataDir, offer, { signal: ended.signal, askEveryMs: 500 }).finally(() =>
    came.abort(),
  );
  // Whoever stops waiting does not look at it any more.
  newcomer.catch(() => undefined);
  try {
    if (person) {
      const skipped = await person.chooseUnless(came.signal, 'Waiting for the code', [
        { value: 'skip', label: 'Go on without', hint: '"hibernaut pair" does it at any time' },
      ]);
      if (skipped) return null;
    } else {
      const stopped = await Promise.race([newcomer.then(() => false), given(orders.stop).then(() => true)]);
      if (stopped) return null;
    }
    const found = await newcomer;
    if (!found)
      warn('Nobody used the code, and it is of no use any more. Run "hibernaut pair" for another one.');
    return found;
  } finally {
    ended.abort();
  }
}

/** What is quoted of a daemon's complaints. */
const LAST_WORDS = 2_000;

/**
 * Sees to it that a daemon serves the data folder: the one that runs already, or one that is started for it with the new
 * settings. It is a whole daemon, so that whatever else people sent meanwhile is accepted, and not lost.
 * @returns what ends it again
 * @throws InitError if it does not start
 */
async function runForPairing(
  { dataDir }: Config,
  environment: NodeJS.ProcessEnv,
): Promise<() => Promise<void>> {
  if (await isServing(dataDir)) return () => Promise.resolve();
  let complaints = '';
  const daemon = runDaemonProcess(
    {
      ...environment,
      HIBERNAUT_HTTP: 'off',
      HIBERNAUT_LOG_LEVEL: 'error',
      // A person waits at the terminal.
      HIBERNAUT_DRAIN: '10s',
      HIBERNAUT_INSPECT: '0',
    },
    (text) => (complaints = (complaints + text).slice(-LAST_WORDS)),
  );
  let hasEnded = false;
  void daemon.exited.then(() => (hasEnded = true));
  const end = async () => {
    daemon.stop();
    await daemon.exited;
  };
  try {
    while (!(await isServing(dataDir))) {
      if (hasEnded) {
        throw new InitError(
          `Nobody can be let in now, because the daemon for it did not start: ${redact(complaints).trim()}\nMend that, then run "hibernaut pair".`,
        );
      }
      await wait(100);
    }
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** False while it starts, too. */
async function isServing(dataDir: string): Promise<boolean> {
  try {
    await listPeople(dataDir);
    return true;
  } catch (error) {
    if (error instanceof NoDaemonError || error instanceof ControlError) return false;
    throw error;
  }
}

/** Whether a daemon runs on the folder. */
export async function daemonRuns(dataDir: string): Promise<boolean> {
  try {
    await callControl(dataDir, 'status');
    return true;
  } catch (error) {
    if (error instanceof NoDaemonError) return false;
    if (error instanceof ControlError) return true;
    throw error;
  }
}
