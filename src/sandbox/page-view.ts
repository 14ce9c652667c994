/** What the chat page is shown: the emulator's chats and messages, reduced to what a person sees. Pure. */
import { type Message, type MessageEntity, type User } from 'grammy/types';
import { downloadOf, type PageDownload } from './page-downloads.ts';

export interface PagePerson {
  id: number;
  name: string;
  isBot: boolean;
}

export interface PageButton {
  text: string;
  /** Null: the button does nothing here. */
  data: string | null;
  url: string | null;
}

/** A message as page/message.js draws it. */
export interface PageMessage {
  id: number;
  /** The forum topic; null outside of topics. */
  threadId: number | null;
  from: PagePerson;
  /** Seconds since the epoch. */
  date: number;
  editDate: number | null;
  text: string;
  entities: MessageEntity[];
  replyTo: { id: number; name: string; text: string } | null;
  file: { name: string; size: number | null } | null;
  download: PageDownload | null;
  reactions: string[];
  buttons: PageButton[][];
  /** For what is no message of anyone: a topic was made, a message was pinned. Else null. */
  service: string | null;
}

export function toPageMessage(message: Message, reaction: string | null): PageMessage {
  return {
    id: message.message_id,
    threadId: message.is_topic_message ? (message.message_thread_id ?? null) : null,
    from: personOf(message.from),
    date: message.date,
    editDate: message.edit_date ?? null,
    text: message.text ?? message.caption ?? '',
    entities: message.entities ?? message.caption_entities ?? [],
    replyTo: quoteOf(message),
    file: fileOf(message),
    download: downloadOf(message),
    reactions: reaction === null ? [] : [reaction],
    buttons: buttonsOf(message),
    service: serviceText(message),
  };
}

export function nameOf({ first_name: first, last_name: last }: User): string {
  return last === undefined ? first : `${first} ${last}`;
}

function personOf(user: User | undefined): PagePerson {
  return user
    ? { id: user.id, name: nameOf(user), isBot: user.is_bot }
    : { id: 0, name: 'Telegram', isBot: false };
}

function quoteOf({ reply_to_message: original }: Message): PageMessage['replyTo'] {
  // A message in a topic formally replies to the one that made the topic.
  if (!original || original.forum_topic_created) return null;
  const text = (original.text ?? original.caption ?? '').split('\n', 1)[0] ?? '';
  return { id: original.message_id, name: personOf(original.from).name, text };
}

function fileOf({ document, photo, voice, video, video_note: round, audio }: Message): PageMessage['file'] {
  if (document) return { name: document.file_name ?? 'File', size: document.file_size ?? null };
  if (photo) return { name: 'Photo', size: photo.at(-1)?.file_size ?? null };
  if (voice) return { name: 'Voice message', size: voice.file_size ?? null };
  const played = audio ?? video ?? round;
  if (played) return { name: audio ? 'Audio file' : 'Video', size: played.file_size ?? null };
  return null;
}

function buttonsOf({ reply_markup: markup }: Message): PageButton[][] {
  return (markup?.inline_keyboard ?? []).map((row) =>
    row.map((button) => ({
      text: button.text,
      data: 'callback_data' in button ? button.callback_data : null,
      url: 'url' in button ? button.url : null,
    })),
  );
}

function serviceText(message: Message): string | null {
  const who = personOf(message.from).name;
  if (message.forum_topic_created) return `${who} made the topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_edited) {
    const { name } = message.forum_topic_edited;
    return name === undefined ? `${who} changed the topic` : `${who} named the topic “${name}”`;
  }
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} opened the topic again`;
  if (message.pinned_message) return `${who} pinned a message`;
  if (message.new_chat_members) return `${message.new_chat_members.map(nameOf).join(', ')} joined`;
  if (message.left_chat_member) return `${nameOf(message.left_chat_member)} left`;
  return null;
}
