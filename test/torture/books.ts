/** Balances the books after a round: each message against its answer, each prompt, each record. Pure. */
import type { BotMessage, Evidence, Send } from './evidence.ts';
import type { Said } from './people.ts';
import { ADDRESSES, type Address } from './places.ts';
import { droppedBy, droppedWith, isFault, isLostReport, isProgress, meaningOf } from './words.ts';

export interface Balance {
  /** A sentence each. None: the books balance. */
  problems: string[];
  /** Messages that are twice in a chat because nobody could know whether the first had arrived. */
  doubledSends: number;
}

export function balance(evidence: Evidence): Balance {
  const doubles = findDoubles(evidence);
  return {
    problems: [
      ...doubles.filter(({ isExcused }) => !isExcused).map(({ problem }) => problem),
      ...unsettledMessages(evidence),
      ...strangeReplies(evidence),
      ...wrongOrder(evidence),
      ...promptedTwice(evidence),
      ...forgotten(evidence),
      ...faultsInTheBot(evidence),
      ...leftovers(evidence),
      ...inTwoSessions(evidence),
      ...endedTooOften(evidence),
      ...ranAgainstTheirWill(evidence),
      ...unansweredCommands(evidence),
      ...evidence.badFiles.map((file) => `This is no valid record: ${file}`),
      ...(evidence.saidToStranger > 0
        ? [`The stranger got ${String(evidence.saidToStranger)} messages.`]
        : []),
    ],
    doubledSends: doubles.filter(({ isExcused }) => isExcused).length,
  };
}

/** What a person wrote, to Claude or to the bot. */
type Asked = Pick<Said, 'address' | 'messageId' | 'text'>;

interface Double {
  isExcused: boolean;
  problem: string;
}

/** Final words to a message beyond the first one, each with whether it had to be. */
function findDoubles(evidence: Evidence): Double[] {
  const doublesOf = (asked: Asked, [first, ...others]: BotMessage[]): Double[] =>
    others.map((other, index) => ({
      isExcused: isSame(asked, first, other) && index < excuses(evidence, asked),
      problem: `${describe(asked)} was answered ${String(others.length + 1)} times: ${quote(first)}, ${quote(other)}.`,
    }));
  return [
    ...evidence.said.flatMap((asked) => doublesOf(asked, finalReplies(evidence, asked))),
    ...evidence.commanded.flatMap((asked) => doublesOf(asked, repliesTo(evidence.bot, asked))),
  ];
}

/** A reply to a command may have changed since: the list of sessions does when one is chosen. */
function isSame({ text }: Asked, first: BotMessage | undefined, other: BotMessage): boolean {
  return text.startsWith('/') || first?.text === other.text;
}

/** How often a text was sent again for want of knowing: the call was cut off, or the daemon died before it booked it. */
function excuses({ sends, deaths }: Evidence, asked: Asked): number {
  const tries = sends.filter((send) => isSendOf(send, asked));
  return tries.filter((send, index) => {
    const next = tries.slice(index + 1).find(({ text }) => text === send.text);
    const diedBetween = deaths.some(({ at }) => at >= send.at && next !== undefined && at <= next.at);
    return next !== undefined && (send.isUnknown || diedBetween);
  }).length;
}

function isSendOf(send: Send, { address, messageId }: Asked): boolean {
  return send.chatId === address.chatId && send.replyTo === messageId;
}

/**
 * Messages without a final word, beyond those that went with a turn: that took them in, or was stopped, or ended with
 * its session.
 */
function unsettledMessages(evidence: Evidence): string[] {
  const joined = new Set(evidence.prompts.filter(({ isJoined }) => isJoined).map(({ uuid }) => uuid));
  const open = evidence.said.filter(
    (said) =>
      finalReplies(evidence, said).length === 0 &&
      !isInDoubt(evidence, said) &&
      !uuidsOf(said).some((uuid) => joined.has(uuid)),
  );
  const byPlace = Map.groupBy(open, ({ address }) => placeOf(address));
  return [...byPlace].flatMap(([place, messages]) => {
    const covered = evidence.bot
      .filter((message) => placeOf(message) === place)
      .reduce((sum, { text, replyTo }) => {
        if (replyTo !== null) return sum + droppedWith(text);
        return sum + (isLostReport(text) ? Infinity : droppedBy(text));
      }, 0);
    if (messages.length <= covered) return [];
    const names = messages.map(describe).join(', ');
    return [`Neither answered nor reported: ${names} (${String(covered)} went with a turn or a session).`];
  });
}

function uuidsOf({ uuid, edits }: Said): string[] {
  return [uuid, ...edits];
}

function finalReplies({ bot }: Evidence, said: Said): BotMessage[] {
  return repliesTo(bot, said).filter(({ text }) => ['answer', 'report'].includes(meaningOf(said.text, text)));
}

/** The connection broke each time that the answer was sent, and the chat was told so. */
function isInDoubt({ bot }: Evidence, said: Said): boolean {
  return repliesTo(bot, said).some(({ text }) => meaningOf(said.text, text) === 'doubt');
}

function repliesTo(bot: readonly BotMessage[], { address, messageId }: Asked): BotMessage[] {
  return bot.filter((message) => message.chatId === address.chatId && message.replyTo === messageId);
}

function strangeReplies({ bot, said }: Evidence): string[] {
  return said.flatMap((asked) =>
    repliesTo(bot, asked)
      .filter(({ text, hasButtons }) => !hasButtons && meaningOf(asked.text, text) === 'strange')
      .map((reply) => `${describe(asked)} was replied to with ${quote(reply)}.`),
  );
}

/** Within a session answers come in the order of the messages. */
function wrongOrder(evidence: Evidence): string[] {
  return evidence.sessions.flatMap(({ id, handled }) => {
    const own = evidence.said.filter(({ uuid }) => handled.includes(uuid));
    const answered = own.flatMap((said) => {
      const answer = finalReplies(evidence, said).find(({ text }) => meaningOf(said.text, text) === 'answer');
      return answer ? [{ said, at: answer.messageId }] : [];
    });
    return answered.flatMap(({ said, at }, index) => {
      const before = answered[index - 1];
      return before && before.at > at
        ? [`In session ${id} ${describe(said)} was answered before ${describe(before.said)}.`]
        : [];
    });
  });
}

/** Texts that only one message has. */
const UNIQUE = /^(note|remember|run:) /;

function promptedTwice({ prompts, said }: Evidence): string[] {
  const uuids = repeated(prompts.map(({ uuid }) => uuid));
  const own = new Set(said.map(({ text }) => text).filter((text) => UNIQUE.test(text)));
  const texts = repeated(prompts.map(({ text }) => text).filter((text) => own.has(text)));
  return [
    ...uuids.map((uuid) => `The prompt ${uuid} is more than once in the transcripts.`),
    ...texts.map((text) => `Claude got "${text}" more than once.`),
  ];
}

const RECALL = 'what did I say?';
/** An answer that lists what was said, as the scripted model gives it. */
const LIST = /^(You said:\n|Nothing yet)/;

/** A conversation goes on where it was: what was answered before is in it, unless a new one was begun meanwhile. */
function forgotten(evidence: Evidence): string[] {
  return evidence.sessions.flatMap(({ id, handled }) => {
    const own = evidence.said.filter(({ uuid }) => handled.includes(uuid));
    return own.flatMap((said, index) => {
      const list = said.text === RECALL && finalReplies(evidence, said).find(({ text }) => LIST.test(text));
      if (!list) return [];
      const before = own.slice(0, index).filter((earlier) => isAnswered(evidence, earlier));
      const missing = before.filter(
        (earlier) => !list.text.includes(earlier.text) && !wasCleared(evidence, earlier),
      );
      return missing.map((lost) => `Session ${id} has forgotten ${describe(lost)} by ${describe(said)}.`);
    });
  });
}

function wasCleared({ commanded }: Evidence, { address, messageId }: Said): boolean {
  return commanded.some(
    (command) =>
      command.text === '/clear' &&
      placeOf(command.address) === placeOf(address) &&
      command.messageId > messageId,
  );
}

function isAnswered(evidence: Evidence, said: Said): boolean {
  return finalReplies(evidence, said).some(({ text }) => meaningOf(said.text, text) === 'answer');
}

function faultsInTheBot({ bot }: Evidence): string[] {
  return bot.filter(({ text }) => isFault(text)).map((message) => `The bot says ${quote(message)}.`);
}

/**
 * A live message goes away with its turn. One may stay if the daemon died, or the connection broke, before its id was
 * known.
 */
function leftovers({ bot, deaths, sends }: Evidence): string[] {
  const stayed = bot.filter(
    ({ replyTo, hasButtons, text }) => replyTo === null && !hasButtons && isProgress(text),
  );
  const died = deaths.filter(({ how }) => how !== 'stopped').length;
  const cutOff = sends.filter(({ replyTo, isUnknown }) => replyTo === null && isUnknown).length;
  return stayed.length <= died + cutOff
    ? []
    : stayed.map((message) => `A live message stayed: ${quote(message)}.`);
}

function inTwoSessions({ sessions, said }: Evidence): string[] {
  const known = new Set(said.map(({ uuid }) => uuid));
  const uuids = sessions
    .flatMap(({ handled, inbox }) => [...new Set([...handled, ...inbox.map(({ uuid }) => uuid)])])
    .filter((uuid) => known.has(uuid));
  return repeated(uuids).map((uuid) => `The message ${uuid} is in two sessions.`);
}

/** A command that comes twice must not end the next session as well. */
function endedTooOften({ sessions, commanded, ordered }: Evidence): string[] {
  const ended = Map.groupBy(
    sessions.filter(({ state }) => state === 'terminated'),
    placeOf,
  );
  return [...ended].flatMap(([place, those]) => {
    const asked = [
      ...commanded.filter(({ text }) => text === '/end').map(({ address }) => address),
      ...ordered.filter(({ order }) => order === 'end').map((each) => ADDRESSES[each.place]),
    ].filter((address) => placeOf(address) === place);
    return those.length <= asked.length
      ? []
      : [`${place} asked for ${String(asked.length)} ends, and ${String(those.length)} sessions ended.`];
  });
}

function ranAgainstTheirWill({ denied, did }: Evidence): string[] {
  return did
    .filter((key) => denied.some((text) => text.includes(`did-${key}`)))
    .map((key) => `The tool of message ${key} was denied, and ran.`);
}

/** A reply is not sent a third time if nobody knows what became of it twice. */
function unansweredCommands({ commanded, bot, sends }: Evidence): string[] {
  return commanded
    .filter((command) => repliesTo(bot, command).length === 0)
    .filter((command) => sends.filter((send) => isSendOf(send, command) && send.isUnknown).length < 2)
    .map((command) => `${describe(command)} got no reply.`);
}

function placeOf({ chatId, threadId }: Pick<Address, 'chatId' | 'threadId'>): string {
  return threadId === null ? `chat ${String(chatId)}` : `topic ${String(threadId)} of ${String(chatId)}`;
}

function repeated(items: readonly string[]): string[] {
  return [...Map.groupBy(items, (item) => item)].filter(([, all]) => all.length > 1).map(([item]) => item);
}

function describe({ address, messageId, text }: Asked): string {
  return `"${text}" (message ${String(messageId)} in ${placeOf(address)})`;
}

function quote(message: BotMessage | undefined): string {
  if (!message) return 'nothing';
  const { text, messageId } = message;
  return `"${text.slice(0, 80)}" (message ${String(messageId)})`;
}
