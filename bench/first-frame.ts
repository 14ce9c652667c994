/** How soon a chat shows that Claude has begun to speak: from the model's first word to the first words of the live message. */
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { spreadOf } from './spread.ts';
import { freshChats, onStage } from './turns/stage.ts';

/**
 * Until 2 s have gone by there is no live message (src/telegram/send/live-message.ts), and 1.1 s after its first frame the
 * chat's pace allows the next one (src/telegram/send/chat-pace.ts).
 */
const HOLD_MS = 3_500;
/** One after the other, 60 ms apart: the answer is still to come when the first of them is shown. */
const WORDS = 12;
const DEADLINE_MS = 60_000;

/** @returns milliseconds from the model's first word to the first words in the chat, per turn; each in a chat of its own */
export async function measureFirstFrames({ turns }: { turns: number }): Promise<number[]> {
  const { chats, environment } = freshChats(turns);
  return onStage({ isWatched: true, environment }, async ({ program: { telegram }, model, suspend }) => {
    const taken: number[] = [];
    for (const chatId of chats) {
      await model.ask('watch', { holdMs: HOLD_MS });
      telegram.sendText({ chatId, text: `slow ${String(WORDS)}` });
      const shown = telegram.waitForMessage(chatId, says('word1'), DEADLINE_MS).then(now);
      const spokenAt = await model.ask('firstWordAt', undefined);
      taken.push((await shown) - spokenAt);
      await telegram.waitForMessage(chatId, says(`word${String(WORDS)}`), DEADLINE_MS);
      await suspend(chatId);
    }
    return taken;
  });
}

function says(word: string): (message: { text?: string }) => boolean {
  return ({ text }) => text?.includes(word) ?? false;
}

/** Wall clock, ms with fractions, as in the process of the model. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { turns: { type: 'string', default: '20' }, small: { type: 'boolean', default: false } },
  });
  const turns = values.small ? 2 : Number(values.turns);
  const taken = spreadOf(await measureFirstFrames({ turns }));
  report({
    name: 'first-frame',
    options: { turns, holdMs: HOLD_MS },
    rows: { 'first word to first frame, ms': { ...taken } },
    findings: [
      `The model's first word is in the chat ${taken.median.toFixed(1)} ms later, at the median (goal: within 10 ms).`,
    ],
  });
}
