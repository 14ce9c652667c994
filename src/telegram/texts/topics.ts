/** Topics in words: their titles, which say the session's name and state, and where a session is. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, ShownTopic } from '../ports.ts';
import { bold, code, link, rich, type RichText } from '../render/rich-text.ts';
import { topicLink } from '../topic-link.ts';

const STATE_SIGNS: Record<ShownTopic['state'], string> = {
  working: '⏳',
  asking: '🔔',
  idle: '🟢',
  suspended: '💤',
  ended: '🏁',
};

/** Of a topic's title (Bot API, editForumTopic). UTF-16 units. */
const LONGEST_TITLE = 128;

export function topicTitle({ name, state }: Pick<ShownTopic, 'name' | 'state'>): string {
  const title = `${STATE_SIGNS[state]} ${name}`;
  // Cut between characters, not inside of one.
  const characters = [...title];
  while (characters.join('').length > LONGEST_TITLE) characters.pop();
  return characters.join('');
}

/** What a person called the topic: a title that was edited may still begin with our sign. */
export function nameInTitle(title: string): string {
  const sign = Object.values(STATE_SIGNS).find((each) => title.startsWith(each));
  return (sign === undefined ? title : title.slice(sign.length)).trim();
}

/** Where to write to it. @param here the chat, or the topic, that asks */
export function whereText({ chatId, threadId, name }: SessionView, here: ChatAddress): RichText {
  if (threadId === here.threadId || threadId === null) return rich`Your next message goes to it.`;
  const url = topicLink({ chatId, threadId });
  return rich`It has a topic of its own: ${url === null ? bold(name) : link(name, url)}.`;
}

/** @param description Telegram's own words, such as `createForumTopic: 400 Bad Request: not enough rights …` */
export function noTopicText(description: string): RichText {
  return /rights|CHAT_ADMIN_REQUIRED/i.test(description)
    ? rich`\n\nIt could not get a topic of its own: make me an administrator of this group who may manage topics, and each new session gets one.`
    : rich`\n\nIt could not get a topic of its own: ${code(description)}`;
}
