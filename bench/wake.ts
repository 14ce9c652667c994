/** What the bridge adds to a first answer: of a session that wakes, against `resume`, and of a new one, against a cold start. */
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { medianOf, spreadOf } from './spread.ts';
import { freshChats, onStage } from './turns/stage.ts';

const WARM_UP_STARTS = 1;

/** Milliseconds per first answer, in the order in which they were taken. */
export interface Starts {
  resumed: number[];
  woken: number[];
  cold: number[];
  first: number[];
}

/** All four alternate. At each moment one Claude process lives at most. */
export async function measureStarts({ starts }: { starts: number }): Promise<Starts> {
  const { chats, environment } = freshChats(1 + WARM_UP_STARTS + starts);
  return onStage({ environment }, async ({ direct, conversation, throughTelegram, suspend }) => {
    const [sleeper = 0, ...fresh] = chats;
    const spoken = conversation();
    await direct.ask('begin', spoken('begin', true));
    await direct.ask('end', undefined);
    await throughTelegram('begin', sleeper);
    await suspend(sleeper);
    const taken: Starts = { resumed: [], woken: [], cold: [], first: [] };
    for (const [round, chat] of fresh.entries()) {
      const text = `m${String(round)}`;
      const resumed = await direct.ask('begin', spoken(text));
      await direct.ask('end', undefined);
      const woken = await throughTelegram(text, sleeper);
      await suspend(sleeper);
      const cold = await direct.ask('begin', conversation()(text, true));
      await direct.ask('end', undefined);
      const first = await throughTelegram(text, chat);
      await suspend(chat);
      if (round < WARM_UP_STARTS) continue;
      taken.resumed.push(resumed);
      taken.woken.push(woken);
      taken.cold.push(cold);
      taken.first.push(first);
    }
    return taken;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { starts: { type: 'string', default: '40' }, small: { type: 'boolean', default: false } },
  });
  const starts = values.small ? 3 : Number(values.starts);
  const { resumed, woken, cold, first } = await measureStarts({ starts });
  const added = (through: number[], alone: number[]) => (medianOf(through) - medianOf(alone)).toFixed(1);
  report({
    name: 'wake',
    options: { starts },
    rows: {
      'resume, direct, ms': { ...spreadOf(resumed) },
      'wake, through Telegram, ms': { ...spreadOf(woken) },
      'cold start, direct, ms': { ...spreadOf(cold) },
      'first message, through Telegram, ms': { ...spreadOf(first) },
    },
    findings: [
      `A message that wakes a session is answered ${added(woken, resumed)} ms later than by a direct resume, at the median (goal: within 25 ms).`,
      `A first message is answered ${added(first, cold)} ms later than by a direct cold start, at the median (goal: within 25 ms).`,
    ],
  });
}
