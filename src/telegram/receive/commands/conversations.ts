/** Commands about conversations that Claude Code keeps: go on with one, or with a copy. */
import { sessionName } from '../../../session-name.ts';
import { conversationsReply, forkedReply, resumeByWords } from '../conversation-lists.ts';
import type { Run } from './command.ts';

const resume: Run = ({ address, argument, at }, sessions) =>
  argument === ''
    ? conversationsReply(address, sessions, at)
    : resumeByWords(address, argument, sessions, at);

const fork: Run = async ({ address, messageId, argument, at }, sessions) => {
  const request = { requestId: messageId, claudeSessionId: null, name: sessionName(argument), at };
  return forkedReply(await sessions.fork(address, request));
};

export const CONVERSATION_COMMANDS = { resume, fork } satisfies Record<string, Run>;
