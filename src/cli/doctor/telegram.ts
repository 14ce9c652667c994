/** Telegram: whether it can be reached, whether the token is good, and what keeps updates or group messages away. */
import type { BotFacts, BotLook } from '../../telegram/diagnosis.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';
import type { DaemonSeen } from './daemon.ts';

export interface TelegramFacts {
  /** Null: no token is set. */
  look: (() => Promise<BotLook>) | null;
  /** Where the Bot API is, for people. */
  apiRoot: string;
  /** Whether the settings are without fault; with one, the token may be what is missing. */
  isConfigured: boolean;
  removeWebhook: () => Promise<void>;
  daemon: DaemonSeen;
  /** Whether any session is in a group. */
  hasGroups: () => Promise<boolean>;
}

export function telegramCheck(facts: TelegramFacts): Check {
  return { name: 'Telegram', timeoutMs: 30_000, probe: () => probe(facts) };
}

async function probe(facts: TelegramFacts): Promise<Finding[]> {
  if (!facts.look) return [withoutToken(facts.isConfigured)];
  const look = await facts.look();
  switch (look.outcome) {
    case 'tokenRefused':
      return [
        problem(
          'Telegram does not know this bot token.',
          'Copy it again from @BotFather (/mybots, your bot, API Token) into TELEGRAM_BOT_TOKEN.',
        ),
      ];
    case 'unreachable':
      return [
        problem(
          `${facts.apiRoot} can not be reached: ${look.why}`,
          'Check the network and name resolution of this machine, a firewall, and TELEGRAM_API_ROOT. The daemon tries again by itself.',
        ),
        ...otherPoller(facts.daemon),
      ];
    case 'known':
      return [
        ok(`@${look.facts.username}`),
        webhook(look.facts, facts.removeWebhook),
        ...otherPoller(facts.daemon),
        ...(await groups(look.facts, facts.hasGroups)),
        topics(look.facts),
      ];
  }
}

function withoutToken(isConfigured: boolean): Finding {
  if (!isConfigured) return warning('not looked at', 'Mend the configuration first.');
  return warning(
    'No token is set: "hibernaut start" runs the sandbox.',
    'Run "hibernaut init", or set TELEGRAM_BOT_TOKEN.',
  );
}

function webhook({ webhookHost, pendingUpdates }: BotFacts, remove: () => Promise<void>): Finding {
  const waiting = pendingUpdates === 0 ? '' : `; ${String(pendingUpdates)} updates wait to be fetched`;
  if (webhookHost === null) return ok(`no webhook is in the way${waiting}`);
  return problem(
    `A webhook is set, to ${webhookHost}: updates go there, and Hibernaut gets none${waiting}.`,
    'If nothing else uses this bot, --fix removes the webhook and keeps what waits. Else make a bot of its own for Hibernaut.',
    { done: `The webhook to ${webhookHost} was removed.`, run: remove },
  );
}

/** The daemon's own word: who looks for it with a poll of its own would be that other program. */
function otherPoller(daemon: DaemonSeen): Finding[] {
  if (daemon.state !== 'answers') return [];
  const { conflict, state, lastError } = daemon.status.daemon.telegram;
  if (conflict) {
    return [
      problem(
        `Another program took updates over with the same token, ${String(conflict.count)} times, last ${new Date(conflict.lastAt).toISOString()}.`,
        'Stop it. If you do not know it, the token has leaked: revoke it with @BotFather and set the new one.',
      ),
    ];
  }
  if (state === 'polling') return [ok('the daemon receives updates')];
  const why = lastError === null ? '' : ` (${lastError})`;
  return [
    problem(
      `The daemon receives no updates: it is ${state}${why}.`,
      'It tries again by itself. Its log says more.',
    ),
  ];
}

/** Only a bot in groups needs more than commands, mentions and replies, and only if people want to leave those out. */
async function groups(facts: BotFacts, hasGroups: () => Promise<boolean>): Promise<Finding[]> {
  const isInGroups = await hasGroups();
  if (!facts.canJoinGroups) {
    const found = 'can not be added to groups';
    if (!isInGroups) return [ok(`${found} (@BotFather, /setjoingroups)`)];
    return [
      warning(`It ${found} any more, and has sessions in some.`, '@BotFather, /setjoingroups, Enable.'),
    ];
  }
  if (facts.readsAllOfGroups) return [ok('privacy mode is off: in groups it sees every message')];
  return [
    ok(
      'privacy mode is on: in groups it sees commands, mentions and replies to it, and all only as an administrator' +
        (isInGroups ? ' (off: @BotFather, /setprivacy, Disable; then add it to the group again)' : ''),
    ),
  ];
}

function topics({ hasTopics }: BotFacts): Finding {
  return ok(
    hasTopics
      ? 'private chats have topics: a session each'
      : 'private chats have no topics (@BotFather, Threaded Mode, switches them on)',
  );
}
