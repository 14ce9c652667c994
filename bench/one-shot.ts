/** A conversation of small turns as `claude -p --resume`, once per message, against the same through Telegram and Hibernaut. */
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { medianOf, spreadOf } from './spread.ts';
import { onStage } from './turns/stage.ts';

const WARM_UP_TURNS = 2;

/** Milliseconds per turn, in the order in which they were taken. */
export interface Turns {
  oneShot: number[];
  bridged: number[];
}

/** They alternate. The session's process is there, as it is for ten minutes after each message. */
export async function measureOneShots({ turns }: { turns: number }): Promise<Turns> {
  return onStage({}, async ({ direct, conversation, throughTelegram }) => {
    const spoken = conversation();
    await direct.ask('oneShot', spoken('begin', true));
    const taken: Turns = { oneShot: [], bridged: [] };
    for (let turn = -WARM_UP_TURNS; turn < turns; turn += 1) {
      const text = `m${String(turn)}`;
      const alone = await direct.ask('oneShot', spoken(text));
      const through = await throughTelegram(text);
      if (turn < 0) continue;
      taken.oneShot.push(alone);
      taken.bridged.push(through);
    }
    return taken;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { turns: { type: 'string', default: '40' }, small: { type: 'boolean', default: false } },
  });
  const turns = values.small ? 3 : Number(values.turns);
  const { oneShot, bridged } = await measureOneShots({ turns });
  report({
    name: 'one-shot',
    options: { turns },
    rows: {
      'claude -p --resume, ms': { ...spreadOf(oneShot) },
      'through Telegram, ms': { ...spreadOf(bridged) },
    },
    findings: [
      `A message to a session that is awake is answered ${(medianOf(oneShot) / medianOf(bridged)).toFixed(1)} times as fast as by claude -p, at the median.`,
    ],
  });
}
