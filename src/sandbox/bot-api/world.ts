/** Everything that Telegram's side knows, put together: chats, updates, files, and the bot itself. */
import { type UserFromGetMe } from 'grammy/types';
import { Activities } from './activity.ts';
import { CallbackQueries } from './callback-queries.ts';
import { Changes } from './changes.ts';
import { Chats } from './chats.ts';
import { CommandMenus } from './command-menus.ts';
import { Files } from './files.ts';
import { LongPoll } from './long-poll.ts';
import { type SavedState } from './state-file.ts';
import { UpdateQueue } from './update-queue.ts';

export interface World {
  readonly bot: UserFromGetMe;
  readonly chats: Chats;
  readonly queue: UpdateQueue;
  readonly polls: LongPoll;
  readonly callbacks: CallbackQueries;
  readonly activities: Activities;
  readonly menus: CommandMenus;
  readonly files: Files;
  readonly changes: Changes;
  /** Empty: none. Updates are never sent there. */
  webhookUrl: string;
}

export interface WorldOptions {
  bot: UserFromGetMe;
  now: () => number;
  monotonic: () => number;
  callbackLifetimeMs: number;
  saved: SavedState | null;
  /** After each change that a restart should not undo. */
  onChange: () => void;
}

export function createWorld(options: WorldOptions): World {
  const { bot, now, saved, onChange } = options;
  const changes = new Changes();
  changes.on(onChange);
  const queue = new UpdateQueue(now, onChange, saved?.queue);
  return {
    bot,
    changes,
    queue,
    chats: new Chats(now, changes, saved?.chats),
    polls: new LongPoll(queue, options.monotonic),
    callbacks: new CallbackQueries(options.callbackLifetimeMs),
    activities: new Activities(changes),
    menus: new CommandMenus(saved?.menus),
    files: new Files(),
    webhookUrl: saved?.webhookUrl ?? '',
  };
}

export function snapshotOf(world: World): SavedState {
  return {
    version: 1,
    chats: world.chats.state,
    queue: world.queue.state,
    menus: world.menus.state,
    webhookUrl: world.webhookUrl,
  };
}

/** Sends an update of its kind, if the bot asked for that kind. */
export function pushIfAllowed(world: World, kind: string, content: unknown): void {
  if (!world.queue.allows(kind)) return;
  world.queue.push({ [kind]: content });
  world.polls.wake();
}
