/** `hibernaut access`: who may use the bot, and how to shut somebody out, with or without a running daemon. */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { callControl, NoDaemonError } from '../control/call.ts';
import { acquireLock } from '../control/lock.ts';
import { ControlError } from '../control/protocol.ts';
import { accessList, withoutPerson, type AccessList, type Revocation } from '../daemon/chats/access.ts';
import { formatDuration } from '../words/duration.ts';
import { accessFileAtRest, peekAccess } from '../store/access-file.ts';
import { revocationSchema } from './daemon/access-methods.ts';
import { refuseWithinSession } from './by-a-person.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { listPeople } from './pairing.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { table } from './table.ts';

export function registerAccess(program: Command, { host }: CommandContext): void {
  const access = program
    .command('access')
    .summary('who may use the bot')
    .description('Shows who may use the bot, and shuts people out. Works with and without a running daemon.');
  access
    .command('list')
    .summary('everyone, and where their access comes from')
    .description('Lists everyone who may use the bot: their Telegram id, and where their access comes from.')
    .option(...JSON_OPTION)
    .action((options: { json?: boolean }) => listAccess(host, options));
  const revoke = access
    .command('revoke')
    .summary('shut a person out')
    .description(
      'Shuts a person out who was let in with a code. Whoever HIBERNAUT_ALLOWED_USERS names stays until that changes.',
    )
    .argument('<user id>', 'as "hibernaut access list" shows it')
    .action((userId: string) => revokeAccess(host, userId));
  withExamples(revoke, [['hibernaut access revoke 1234567']]);
}

export async function listAccess(host: CliHost, options: { json?: boolean }): Promise<void> {
  const { config } = await reach(host);
  const list = await askOrElse(
    () => listPeople(config.dataDir),
    () => listAtRest(config, host),
  );
  host.out(options.json ? `${JSON.stringify(list, null, 2)}\n` : describeAccess(list, host.now()));
}

/** @throws ControlError with the repair if the person stays allowed, or never was; LockHeldError, StoreError */
export async function revokeAccess(host: CliHost, given: string): Promise<void> {
  refuseWithinSession(host.environment);
  const { config } = await reach(host);
  if (!/^[1-9]\d{0,15}$/.test(given)) {
    throw new ControlError(
      `${JSON.stringify(given)} is no Telegram user id. "hibernaut access list" shows them.`,
    );
  }
  const userId = Number(given);
  const revocation = await askOrElse(
    async () =>
      ofThisVersion(revocationSchema, await callControl(config.dataDir, 'access.revoke', { userId })),
    () => revokeAtRest(config, userId, host.now),
  );
  if (revocation !== 'revoked') throw new ControlError(WHY_NOT[revocation](userId));
  host.out(`${String(userId)} may no longer use the bot.\n`);
}

const WHY_NOT: Record<Exclude<Revocation, 'revoked'>, (userId: number) => string> = {
  bySetting: (userId) =>
    `HIBERNAUT_ALLOWED_USERS names ${String(userId)}, so they stay allowed. Take the id out there, and start Hibernaut again.`,
  unknown: (userId) =>
    `${String(userId)} has no access, so there is nothing to revoke. "hibernaut access list" shows who has.`,
};

/** The daemon is the one to ask while there is one: it would not notice what changes on disk. */
async function askOrElse<T>(ask: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoDaemonError) return otherwise();
    throw error;
  }
}

type Place = Pick<Config, 'dataDir' | 'allowedUsers'>;

/** Reads only. */
async function listAtRest({ dataDir, allowedUsers }: Place, host: CliHost): Promise<AccessList> {
  const { record, unreadable } = await peekAccess(dataDir);
  if (unreadable) host.err(`${unreadable.path} can't be read (${unreadable.why}), so it lets nobody in.\n`);
  return accessList(record, allowedUsers, host.now());
}

async function revokeAtRest(
  { dataDir, allowedUsers }: Place,
  userId: number,
  now: () => number,
): Promise<Revocation> {
  const lock = await acquireLock(dataDir, now);
  try {
    const file = accessFileAtRest(dataDir, now);
    const record = await file.load();
    const isPaired = record?.people.some((person) => person.userId === userId) ?? false;
    if (record && isPaired) await file.save(withoutPerson(record, userId));
    if (allowedUsers.includes(userId)) return 'bySetting';
    return isPaired ? 'revoked' : 'unknown';
  } finally {
    lock.release();
  }
}

const FROM = { setting: 'HIBERNAUT_ALLOWED_USERS', paired: 'paired' };

function describeAccess({ people, pairing }: AccessList, now: number): string {
  const rows = people.map(({ userId, name, since, from }) => [
    String(userId),
    name ?? '-',
    from.map((source) => FROM[source]).join(', '),
    since === null ? '-' : `${formatDuration(now - since)} ago`,
  ]);
  const lines =
    rows.length === 0
      ? ['Nobody has access. "hibernaut pair" lets somebody in.']
      : table([['ID', 'NAME', 'FROM', 'SINCE'], ...rows]);
  const open = pairing
    ? ['', `A code waits for somebody, for ${formatDuration(pairing.expiresAt - now)} more.`]
    : [];
  return `${[...lines, ...open].map(printable).join('\n')}\n`;
}
