/** The emoji that bots may react with (Bot API, ReactionTypeEmoji). */
import { type ReactionTypeEmoji } from 'grammy/types';

export type ReactionEmoji = ReactionTypeEmoji['emoji'];

const REACTIONS: ReadonlySet<unknown> = new Set(
  (
    '👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 ' +
    '👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'
  ).split(' '),
);

export function isReactionEmoji(value: unknown): value is ReactionEmoji {
  return REACTIONS.has(value);
}
