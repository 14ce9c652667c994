/** The machine's clock, against Telegram's. */
import { formatDuration } from '../../words/duration.ts';
import type { BotLook } from '../../telegram/diagnosis.ts';
import { ok, warning, type Check, type Finding } from './check.ts';

/** A code that lets a person in, and the time a message took, are known to seconds only. */
const WORTH_TELLING_MS = 30_000;

/** @param look what Telegram answered; null if it was not asked */
export function clockCheck(look: (() => Promise<BotLook>) | null): Check {
  return {
    name: 'Clock',
    timeoutMs: 30_000,
    probe: async () => {
      const seen = await look?.();
      return [judge(seen?.outcome === 'known' ? seen.facts.clockAheadMs : null)];
    },
  };
}

function judge(aheadMs: number | null): Finding {
  if (aheadMs === null) return ok('not compared: Telegram did not say what time it is');
  if (Math.abs(aheadMs) < WORTH_TELLING_MS) return ok("as Telegram's");
  const which = aheadMs > 0 ? 'ahead of' : 'behind';
  return warning(
    `The clock is ${formatDuration(Math.abs(aheadMs))} ${which} Telegram's.`,
    'Have it set by the network: timedatectl set-ntp true. Idle timeouts, codes and certificates go by it.',
  );
}
