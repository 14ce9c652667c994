import { describe, expect, it } from 'vitest';
import { viewSession } from '../../../machines/session-view.ts';
import { badTimeoutText, statusText } from '../../../src/telegram/texts/status.ts';
import { NOON } from '../../helpers/records.ts';
import { SESSION_IN } from '../../helpers/session-actor.ts';

/** The first line of /status in each state that lasts, from the machine itself. */
async function statusLines(): Promise<Record<string, string>> {
  const lines: Record<string, string> = {};
  for (const [state, reach] of Object.entries(SESSION_IN)) {
    const session = await reach();
    const view = viewSession(session.record(), session.phase(), NOON);
    lines[state] = statusText(view, NOON).text.split('\n')[0] ?? '';
  }
  return lines;
}

describe('/status', () => {
  it('has a word of its own for whatever a session is at', async () => {
    expect(await statusLines()).toMatchInlineSnapshot(`
      {
        "awaitingRoom.forMessage.told": "work is active (waits for room)",
        "awaitingRoom.forMessage.toldOfPeople": "work is active (waits for room)",
        "awaitingRoom.forMessage.untold": "work is active (waits for room)",
        "awaitingRoom.forRestore": "work is active (waits for room)",
        "awaitingRoom.forWake": "work is active (waits for room)",
        "live.active.awaitingApproval": "work is active (waiting for your answer)",
        "live.active.background.awaitingApproval": "work is active (waiting for your answer)",
        "live.active.background.interrupting": "work is active (interrupting)",
        "live.active.background.running": "work is active (a background task runs)",
        "live.active.interrupting": "work is active (interrupting)",
        "live.active.silent": "work is active (no word from Claude for long)",
        "live.active.starting": "work is active (starting)",
        "live.active.working": "work is active (working)",
        "live.idle": "work is idle for 0 s",
        "live.stopping.draining": "work is stopping",
        "live.stopping.handingOver": "work is stopping, for the desk",
        "live.stopping.suspending": "work is stopping",
        "live.stopping.terminating": "work is stopping",
        "recovering.failed": "work is recovering",
        "recovering.looking": "work is recovering",
        "suspended.attached.closing": "work is open at the desk, and closing, on den, for 0 s. /detach takes it back",
        "suspended.attached.open": "work is open at the desk, on den, for 0 s. /detach takes it back",
        "suspended.awaitingTrust": "work is suspended (waiting for your answer about its folder)",
        "suspended.drained": "work is suspended for 0 s: I was stopped",
        "suspended.resting": "work is suspended since it was created 0 s ago",
        "terminated": "work is terminated",
      }
    `);
  });
});

describe('what is no duration', () => {
  it('is quoted, and what to write is said', () => {
    expect(badTimeoutText('soon', 'unreadable').text).toBe(
      '"soon" is not a duration. Write seconds (600), or 90s, 10m, 1h30m, 7d: from 1s to 365d; or off.',
    );
  });

  it('is quoted on one line, and no more of it than its beginning', () => {
    expect(badTimeoutText(`1\n${'x'.repeat(10_000)}`, 'unreadable').text).toMatch(
      /^"1\\nx{37}…" is not a duration\./,
    );
  });
});
