/** What really happens moves the right figures of /metrics, by as much as it happened. */
import { expect, it } from 'vitest';
import { isAsking } from '../helpers/asking.ts';
import { lint, parseExposition, valueOf, type Family } from '../helpers/exposition.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';
import { until } from '../helpers/until.ts';

async function scrape(program: Program): Promise<Map<string, Family>> {
  const [, url = ''] = /"url":"(http[^"]+)","msg":"http.listening"/.exec(program.log()) ?? [];
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return parseExposition(await answer.text());
}

type Labels = Record<string, string>;

it('a message, an approval, a 429, a suspension, a wake, a crash, an end', async () => {
  const program = await startProgram({ HIBERNAUT_HTTP: '127.0.0.1:0' });
  try {
    const { telegram } = program;
    const comesTo = async (expected: number, name: string, labels: Labels = {}) =>
      until(
        `${name}${JSON.stringify(labels)} to be ${String(expected)}`,
        async () => valueOf(await scrape(program), name, labels),
        (value) => value === expected,
      );
    const calls = (status: string) =>
      ['hibernaut_telegram_calls_total', { method: 'sendMessage', status }] as const;

    expect([...(await scrape(program)).values()].flatMap(lint)).toEqual([]);
    telegram.fault({
      method: 'sendMessage',
      times: 1,
      error: { code: 429, description: 'Slow', retryAfter: 1 },
    });
    await program.ask('hello', /You said: hello/);
    await program.sessionIs('idle');
    await comesTo(1, ...calls('429'));
    await comesTo(1, 'hibernaut_turns_total', { outcome: 'answered' });
    await comesTo(1, 'hibernaut_turn_seconds_count');
    await comesTo(1, 'hibernaut_first_text_seconds_count');
    await comesTo(1, 'hibernaut_process_starts_total', { kind: 'new' });
    await comesTo(1, 'hibernaut_wake_seconds_count', { kind: 'new' });
    await comesTo(1, 'hibernaut_sessions', { state: 'idle' });
    const living = await scrape(program);
    expect(valueOf(living, 'hibernaut_processes')).toBeGreaterThanOrEqual(1);
    expect(valueOf(living, 'hibernaut_process_resident_bytes', { of: 'claude' })).toBeGreaterThan(50e6);
    expect(valueOf(living, 'hibernaut_telegram_poll_age_seconds')).toBeLessThan(60);
    expect(valueOf(living, 'hibernaut_save_seconds_count')).toBeGreaterThan(0);
    expect(valueOf(living, 'hibernaut_healthy') + valueOf(living, 'hibernaut_ready')).toBe(2);

    telegram.sendText({ chatId: ANNA, text: 'write a.txt: x' });
    const asked = await telegram.waitForMessage(ANNA, isAsking, 30_000);
    await comesTo(1, 'hibernaut_approvals_waiting');
    await comesTo(1, 'hibernaut_inbox_messages');
    await telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await comesTo(2, 'hibernaut_turns_total', { outcome: 'answered' });
    await comesTo(0, 'hibernaut_approvals_waiting');

    telegram.sendText({ chatId: ANNA, text: '/suspend' });
    await comesTo(1, 'hibernaut_suspensions_total', { reason: 'user' });
    await comesTo(1, 'hibernaut_process_ends_total', { reason: 'user' });
    await comesTo(0, 'hibernaut_sessions', { state: 'idle' });

    telegram.sendText({ chatId: ANNA, text: 'slow 500' });
    await comesTo(1, 'hibernaut_sessions', { state: 'active' });
    await comesTo(1, 'hibernaut_process_starts_total', { kind: 'resumed' });
    const { pid } = await until(
      'Claude to work',
      () => program.session(),
      ({ phase }) => phase.endsWith('working'),
    );
    if (pid === null) throw new Error('A session that works has a process.');
    process.kill(pid, 'SIGKILL');
    await comesTo(1, 'hibernaut_process_ends_total', { reason: 'crashed' });
    await comesTo(1, 'hibernaut_turns_total', { outcome: 'crashed' });

    telegram.sendText({ chatId: ANNA, text: '/end' });
    await comesTo(1, 'hibernaut_sessions_ended_total');
    await comesTo(0, 'hibernaut_sessions', { state: 'active' });
    // Nothing else was counted on the way.
    const end = await scrape(program);
    expect(valueOf(end, 'hibernaut_turns_total', { outcome: 'failed' })).toBe(0);
    expect(valueOf(end, 'hibernaut_save_failures_total')).toBe(0);
  } finally {
    await program.close();
  }
}, 180_000);
