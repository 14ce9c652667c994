/** All methods that this emulator knows, found by their names in any case. */
import { type Method, type Methods } from '../method.ts';
import { callbackMethods } from './callbacks.ts';
import { chatMethods } from './chats.ts';
import { commandMethods } from './commands.ts';
import { editMethods } from './edits.ts';
import { fileMethods } from './files.ts';
import { messageMethods } from './messages.ts';
import { topicMethods } from './topics.ts';
import { updateMethods } from './updates.ts';

const METHODS: Methods = {
  ...updateMethods,
  ...messageMethods,
  ...editMethods,
  ...callbackMethods,
  ...commandMethods,
  ...fileMethods,
  ...chatMethods,
  ...topicMethods,
};

const BY_LOWER_NAME = new Map(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), { name, method }]),
);

/** The method with its name as the Bot API writes it; null if it is unknown here. */
export function findMethod(name: string): { name: string; method: Method } | null {
  return BY_LOWER_NAME.get(name.toLowerCase()) ?? null;
}
