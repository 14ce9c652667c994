/** A prompt that is whole goes to its session, leaves the chat's record, and its sender is told what went wrong with it. */
import { isKnown } from '../../../../machines/session-inbox.ts';
import type { ArrivingMessage, ChatRecord } from '../../../store/ports.ts';
import type { ChatAddress, TelegramPort } from '../../../telegram/ports.ts';
import { plain, type RichText } from '../../../telegram/render/rich-text.ts';
import { owedReply } from '../../../telegram/send/replies.ts';
import { arrivalText, sessionEndedText, type ArrivalFacts } from '../../../telegram/texts/received-files.ts';
import { passedOverText } from '../../../telegram/texts/messages.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Take } from '../intake.ts';
import { owing } from '../replies.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import type { UndeliveredMail } from '../../chats/undelivered.ts';
import { piecesOf, withoutPrompt } from './arriving.ts';
import { isWorthwhile, promptOf } from './prompt.ts';

export interface HandOverOptions {
  chats: Chats;
  sessions: Pick<Sessions, 'record'>;
  take: Take;
  telegram: Pick<TelegramPort, 'offerReplies'>;
  undelivered: UndeliveredMail;
}

/** Only within a turn of the chat. Resolves when it is durable; doing it again, after a crash, changes nothing. */
export interface HandOver {
  (address: ChatAddress, prompt: string): Promise<void>;
  /** Leaves it out, for a bug of ours. */
  giveUp(address: ChatAddress, prompt: string): Promise<void>;
}

export function createHandOver(options: HandOverOptions): HandOver {
  const { chats, sessions, take, telegram, undelivered } = options;

  /** Both in one: whoever is told something is told it once. */
  async function leave(
    { chatId, threadId }: ChatAddress,
    pieces: readonly ArrivingMessage[],
    text: RichText | null,
    note: (chat: ChatRecord) => ChatRecord = (chat) => chat,
  ): Promise<void> {
    const [first] = pieces;
    if (!first) return;
    const reply = text && owedReply({ messageId: first.messageId, threadId }, { text });
    try {
      await chats.update(chatId, (chat) => {
        const left = note(withoutPrompt(chat, first.prompt));
        return reply ? owing(left, reply) : left;
      });
    } finally {
      if (reply) {
        telegram.offerReplies(chatId, [reply]);
        undelivered.noteChat(await chats.record(chatId));
      }
    }
  }

  async function handOver(address: ChatAddress, prompt: string): Promise<void> {
    const chat = await chats.record(address.chatId);
    const pieces = piecesOf(chat, prompt);
    const [first] = pieces;
    if (!first) return;
    const session = await sessions.record(first.sessionId);
    if (session?.state === 'terminated' && !isKnown(session, prompt)) {
      return leave(address, pieces, sessionEndedText());
    }
    const goesOn = isWorthwhile(pieces);
    const facts = factsOf(pieces, { goesOn, wasHinted: chat.hints.includes('transcriber') });
    const { messageId, at } = first;
    const message = { uuid: prompt, messageId, text: promptOf(pieces), at };
    const refusal = goesOn ? await take(address, message, session?.id ?? null) : undefined;
    await leave(address, pieces, refusal ? plain(refusal.refused) : arrivalText(facts), (left) =>
      facts.lacksTranscriber && !refusal ? { ...left, hints: [...left.hints, 'transcriber'] } : left,
    );
  }

  return Object.assign(handOver, {
    giveUp: async (address: ChatAddress, prompt: string) =>
      leave(address, piecesOf(await chats.record(address.chatId), prompt), passedOverText()),
  });
}

function factsOf(
  pieces: readonly ArrivingMessage[],
  { goesOn, wasHinted }: { goesOn: boolean; wasHinted: boolean },
): ArrivalFacts {
  const files = pieces.flatMap((piece) => piece.files);
  const transcripts = files.flatMap(({ state }) => (state.type === 'kept' ? [state.transcript] : []));
  return {
    failed: files.flatMap((file) => (file.state.type === 'failed' ? [{ file, why: file.state.why }] : [])),
    transcriberFailures: transcripts.flatMap((transcript) =>
      transcript.type === 'failed' ? [transcript.detail] : [],
    ),
    lacksTranscriber: !wasHinted && transcripts.some(({ type }) => type === 'notConfigured'),
    goesOn,
  };
}
