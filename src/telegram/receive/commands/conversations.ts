/** Commands about conversations that Claude Code keeps: go on with one, or with a copy. */
import { sessionName } from '../../../words/session-name.ts';
import { conversationsReply, forkedReply, resumeByWords } from '../conversation-lists.ts';
import type { Run } from './command.ts';

const resume: Run = (call, sessions) => {
  const { address, argument, at } = call;
  return argument === ''
    ? conversationsReply(address, sessions, at)
    : resumeByWords(argument, call, sessions);
};

const fork: Run = async (call, sessions) => {
  const { address, messageId, argument, at, makeTopic } = call;
  const isForTopic = makeTopic !== null;
  const request = {
    requestId: messageId,
    claudeSessionId: null,
    name: sessionName(argument),
    at,
    isForTopic,
  };
  return forkedReply(await sessions.fork(address, request), call, sessions);
};

export const CONVERSATION_COMMANDS = { resume, fork } satisfies Record<string, Run>;
