/** What Claude says that it has spent: of the real binary, and of results that are not what they should be. */
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/claude/talk/messages.ts';
import { spendingOf } from '../../../src/claude/talk/spending.ts';
import { RealClaude } from '../../helpers/real-claude.ts';

const result = (fields: object) => {
  const message = readMessage({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'x',
    ...fields,
  });
  if (message?.type !== 'result') throw new Error('This is no result.');
  return message;
};

describe("what a turn of Claude's costs", () => {
  // The machine books the differences, so it must know where each process counts on from.
  it('is a running total that goes on after a process that ended, and begins anew after one that was killed', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('hello');
    await first.told.heard('claude.turnEnded');
    first.prompt('run: echo hi');
    await first.told.heard('claude.turnEnded', 2);
    const [one, two] = first.told.all('claude.spent').map(({ total }) => total.costUsd);
    expect(one).toBeGreaterThan(0);
    expect(two).toBeGreaterThan(one ?? 0);
    first.process.send({ type: 'claude.stop' });
    expect(await first.told.heard('claude.exited')).toMatchObject({ signal: null });

    const second = await real.run({ ...first.input, conversationStarted: true });
    second.prompt('hello again');
    const { total, durationMs } = await second.told.heard('claude.spent');
    expect(total.costUsd).toBeGreaterThan(two ?? 0);
    expect(total.inputTokens).toBeGreaterThan(0);
    expect(durationMs).toBeGreaterThan(0);
    await second.told.heard('claude.turnEnded');
    await second.process.kill();
    expect(await second.told.heard('claude.exited')).toMatchObject({ signal: 'SIGKILL' });

    const third = await real.run({ ...first.input, conversationStarted: true });
    third.prompt('hello once more');
    const again = await third.told.heard('claude.spent');
    // As if the second one had never been.
    expect(again.total.costUsd).toBeGreaterThan(two ?? 0);
    expect(again.total.costUsd).toBeLessThan(total.costUsd * 1.1);
  });

  it('is told before the answer', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt('hello');
    await told.heard('claude.turnEnded');
    const types = told.events.map(({ type }) => type).filter((type) => /spent|answered/.test(type));
    expect(types).toEqual(['claude.spent', 'claude.answered']);
  });

  it('adds up over the models', () => {
    const model = {
      inputTokens: 1,
      outputTokens: 2,
      cacheReadInputTokens: 3,
      cacheCreationInputTokens: 4,
      costUSD: 0.1,
    };
    expect(
      spendingOf(result({ total_cost_usd: 0.2, duration_ms: 50, modelUsage: { a: model, b: model } })),
    ).toEqual({
      type: 'claude.spent',
      durationMs: 50,
      total: { costUsd: 0.2, inputTokens: 2, outputTokens: 4, cacheReadTokens: 6, cacheWriteTokens: 8 },
    });
  });

  it.each([
    { total_cost_usd: -1, duration_ms: 5 },
    { total_cost_usd: 'much', duration_ms: 5 },
    { total_cost_usd: 1, duration_ms: null },
    {},
  ])('is not known from %j, which keeps its answer', (fields) => {
    const message = result(fields);
    expect(spendingOf(message)).toBeNull();
    expect(message.result).toBe('x');
  });
});
