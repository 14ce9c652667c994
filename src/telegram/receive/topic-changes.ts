/** What people do with topics: made, renamed, closed. Telegram says nothing of one that was deleted. */
import { sessionName } from '../../words/session-name.ts';
import type { ChatAddress, SessionsPort } from '../ports.ts';
import { nameInTitle } from '../texts/topics.ts';
import type { UpdateMessage } from './update.ts';

export interface TopicChangeOptions {
  sessions: Pick<SessionsPort, 'nameTopic' | 'suspend'>;
  now: () => number;
}

/** Whether the message was one of these. Resolves when its effect is durable; done again it changes nothing. */
export async function handleTopicChange(
  message: UpdateMessage,
  address: ChatAddress,
  { sessions, now }: TopicChangeOptions,
): Promise<boolean> {
  const { forum_topic_created: created, forum_topic_edited: edited, kinds } = message;
  if (address.threadId === null) return false;
  if (created || edited) {
    // A name that Telegram's app made up is nobody's wish.
    const title = created?.is_name_implicit === true ? undefined : (created ?? edited)?.name;
    const name = title === undefined ? null : sessionName(nameInTitle(title));
    if (name !== null) await sessions.nameTopic(address, name, now());
    return true;
  }
  if (kinds.includes('forum_topic_closed')) {
    await sessions.suspend(address, now());
    return true;
  }
  // The next message wakes it: until then nobody needs a process.
  return kinds.includes('forum_topic_reopened');
}
