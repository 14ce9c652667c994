/** What the bridge adds to a warm turn: Telegram message to answer through the whole program, against the same turn spoken to Claude directly. */
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { spreadOf } from './spread.ts';
import { onStage } from './turns/stage.ts';

const WARM_UP_TURNS = 5;

export interface WarmTurns {
  /** Milliseconds per turn, in the order in which they were taken. */
  direct: number[];
  bridged: number[];
}

/** The direct and the bridged turns alternate, so that whatever else the machine does hits both. */
export async function measureWarmTurns({ turns }: { turns: number }): Promise<WarmTurns> {
  return onStage({}, async ({ direct, conversation, throughTelegram }) => {
    await direct.ask('begin', conversation()('begin', true));
    const taken: WarmTurns = { direct: [], bridged: [] };
    for (let turn = -WARM_UP_TURNS; turn < turns; turn += 1) {
      const alone = await direct.ask('turn', { text: `d${String(turn)}` });
      const through = await throughTelegram(`b${String(turn)}`);
      if (turn < 0) continue;
      taken.direct.push(alone);
      taken.bridged.push(through);
    }
    return taken;
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { turns: { type: 'string', default: '200' }, small: { type: 'boolean', default: false } },
  });
  const turns = values.small ? 5 : Number(values.turns);
  const taken = await measureWarmTurns({ turns });
  const [direct, bridged] = [spreadOf(taken.direct), spreadOf(taken.bridged)];
  report({
    name: 'warm-turn',
    options: { turns },
    rows: { 'direct, ms': { ...direct }, 'through Telegram, ms': { ...bridged } },
    findings: [
      `The bridge adds ${(bridged.median - direct.median).toFixed(1)} ms at the median (goal: within 10 ms) ` +
        `and ${(bridged.p99 - direct.p99).toFixed(1)} ms at p99 (goal: within 25 ms).`,
    ],
  });
}
