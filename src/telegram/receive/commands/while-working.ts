/** Commands about messages that come while Claude works: whether they wait, and taking one back. */
import { uuidOf } from '../../../uuid.ts';
import { onOrOffText } from '../../texts/help.ts';
import {
  cancellingText,
  howToCancelText,
  nothingToCancelText,
  queueText,
} from '../../texts/while-working.ts';
import { aboutCurrent, type Run } from './command.ts';

const MODES: Partial<Record<string, 'queue' | 'steer'>> = { on: 'queue', off: 'steer' };

const queue: Run = async ({ address, argument, at }, sessions) => {
  if (argument === '') return aboutCurrent(await sessions.current(address), queueText);
  const mode = MODES[argument.toLowerCase()];
  if (!mode) return { text: onOrOffText('queue') };
  return aboutCurrent(await sessions.setWhileWorking(address, mode, at), queueText);
};

const cancel: Run = async ({ address: { chatId }, botId, repliedTo, at }, sessions) => {
  if (repliedTo === null) return { text: howToCancelText() };
  const uuid = uuidOf(botId, chatId, repliedTo);
  const waits = await sessions.withdraw(chatId, { messageId: repliedTo, uuid, at });
  return { text: waits ? cancellingText() : nothingToCancelText() };
};

export const WHILE_WORKING_COMMANDS = { queue, cancel } satisfies Record<string, Run>;
