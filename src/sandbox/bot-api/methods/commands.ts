/** The menu of commands (td: `BotCommand.cpp`). */
import { type BotCommand } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { type MenuKey } from '../command-menus.ts';
import { FieldError, isObject, requiredInteger, requiredString } from '../json-fields.ts';
import { type MethodCall, type Methods } from '../method.ts';
import { cleanText, lengthInCodePoints } from '../text/clean.ts';

const MAX_COMMANDS = 100;
const MAX_COMMAND_LENGTH = 32;
const MAX_DESCRIPTION_LENGTH = 256;
const SCOPES_OF_MANY = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'];
const SCOPES_OF_ONE = ['chat', 'chat_administrators', 'chat_member'];
const SCOPE_PARAMETERS = ['scope', 'language_code'] as const;

export const commandMethods: Methods = {
  setMyCommands: {
    takes: [...SCOPE_PARAMETERS, 'commands'],
    run: (call) => {
      const commands = readCommands(call.parameters.json('commands', 'commands'));
      call.world.menus.set(keyOf(call), commands);
      announce(call);
      return true;
    },
  },
  getMyCommands: {
    takes: SCOPE_PARAMETERS,
    run: (call) => call.world.menus.get(keyOf(call)),
  },
  deleteMyCommands: {
    takes: SCOPE_PARAMETERS,
    run: (call) => {
      call.world.menus.delete(keyOf(call));
      announce(call);
      return true;
    },
  },
};

/** Everybody's menu may have changed. */
function announce({ world }: MethodCall): void {
  for (const chat of world.chats.all) world.chats.changed(chat);
}

function keyOf({ parameters }: MethodCall): MenuKey {
  const language = parameters.text('language_code');
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('Invalid language code specified');
  const scope = readScope(parameters.json('scope', 'BotCommandScope'));
  return language === '' ? scope : `${scope}@${language}`;
}

function readScope(scope: unknown): MenuKey {
  if (scope === undefined) return 'default';
  return parsing('BotCommandScope', () => {
    if (!isObject(scope)) throw new FieldError('BotCommandScope must be an Object');
    const type = requiredString(scope, 'type');
    if (SCOPES_OF_MANY.includes(type)) return type;
    if (!SCOPES_OF_ONE.includes(type)) throw new FieldError('Unsupported type specified');
    const chat = `${type}:${requiredString(scope, 'chat_id')}`;
    return type === 'chat_member' ? `${chat}:${requiredInteger(scope, 'user_id')}` : chat;
  });
}

function readCommands(commands: unknown): BotCommand[] {
  if (commands === undefined) return [];
  if (!Array.isArray(commands)) throw badRequest('Expected an Array of BotCommand');
  const read = commands.map((command) => checkCommand(readCommand(command)));
  if (read.length > MAX_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  if (read.some(({ command }) => !/^[a-z0-9_]+$/.test(command))) throw badRequest('BOT_COMMAND_INVALID');
  return read;
}

function readCommand(command: unknown): BotCommand {
  return parsing('BotCommand', () => {
    if (!isObject(command)) throw new FieldError('expected an Object');
    const name = requiredString(command, 'command');
    return { command: name, description: requiredString(command, 'description') };
  });
}

function checkCommand(given: BotCommand): BotCommand {
  const command = cleanText(given.command).text.trim().replace(/^\//, '');
  const description = cleanText(given.description).text.trim();
  if (command === '') throw badRequest('Command must be non-empty');
  if (lengthInCodePoints(command) > MAX_COMMAND_LENGTH) {
    throw badRequest(`Command length must not exceed ${MAX_COMMAND_LENGTH}`);
  }
  if (description === '') throw badRequest('Command description must be non-empty');
  if (lengthInCodePoints(description) > MAX_DESCRIPTION_LENGTH) {
    throw badRequest(`Command description length must not exceed ${MAX_DESCRIPTION_LENGTH}`);
  }
  return { command, description };
}

function parsing<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw badRequest(`Can't parse ${what}: ${error.message}`);
  }
}
