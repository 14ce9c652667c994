/** What the real Claude Code binary answers when it is asked about itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../../helpers/real-claude.ts';

describe('a live process', () => {
  it('says how full its conversation is, and nothing any more when it is ending', async () => {
    await using real = await RealClaude.start();
    const { process, told, prompt } = await real.run();
    prompt('hello');
    await told.heard('claude.turnEnded');
    const usage = await process.usage();
    expect(usage?.contextTokens).toBeGreaterThan(1_000);
    expect(usage?.contextLimit).toBeGreaterThan(usage?.contextTokens ?? Infinity);
    process.send({ type: 'claude.stop' });
    expect(await process.usage()).toBeNull();
    expect(await process.rewindPoints()).toEqual([]);
  });

  it('puts files back to how they were before a message, also of an earlier process', async () => {
    await using real = await RealClaude.start();
    const file = join(real.workspace, 'a.txt');
    const first = await real.run({ permissionMode: 'acceptEdits' });
    const uuids: string[] = [];
    for (const text of ['write a.txt: one', 'hello', 'write a.txt: two']) {
      uuids.push(first.prompt(text));
      await first.told.heard('claude.turnEnded', uuids.length);
    }
    first.process.send({ type: 'claude.stop' });
    await first.told.heard('claude.exited');

    const second = await real.run({ ...first.input, conversationStarted: true });
    const points = await second.process.rewindPoints();
    expect(points.map(({ uuid }) => uuid)).toEqual(uuids.toReversed());
    expect(points[0]).toEqual({
      uuid: uuids[2],
      text: 'write a.txt: two',
      changes: { files: [file], insertions: 1, deletions: 1 },
    });
    expect(await second.process.rewind(uuids[2] ?? '')).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('one');
    expect(await second.process.rewind('00000000-0000-4000-8000-000000000000')).toBe(false);
  });
});
