/** Transcripts as files: what a crash, a full disk or an odd character leaves of them. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookUpFates } from '../../../src/claude/transcript/transcript.ts';
import { heapInUse } from '../../helpers/heap.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const PROMPT = randomUUID();
const OTHER = randomUUID();

const asked = (uuid: string, text: string) =>
  JSON.stringify({ type: 'user', uuid, message: { content: text } });
const answered = (text: string) =>
  JSON.stringify({
    type: 'assistant',
    message: { stop_reason: 'end_turn', content: [{ type: 'text', text }] },
  });

/** A conversation's transcript of its own, and what is read from it. */
async function transcript(lines: string[]) {
  const config = temporaryFolder();
  const id = randomUUID();
  const folder = join(config, 'projects', '-work');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${id}.jsonl`);
  await writeFile(path, lines.join('\n'));
  return { path, fates: () => lookUpFates({ CLAUDE_CONFIG_DIR: config }, id, [PROMPT, OTHER]) };
}

it('is read line by line, the last one torn', async () => {
  const { fates } = await transcript([asked(PROMPT, 'a'), answered('b'), asked(OTHER, 'c').slice(0, -5)]);
  expect(await fates()).toEqual([
    { uuid: PROMPT, fate: 'answered', markdown: 'b' },
    { uuid: OTHER, fate: 'absent' },
  ]);
});

it("keeps lines whole that hold Unicode's own line ends, or a carriage return", async () => {
  const odd = 'one\u2028two\u2029three\u0085four\rfive';
  const { fates } = await transcript([asked(PROMPT, odd), answered(odd), '']);
  expect(await fates()).toEqual([
    { uuid: PROMPT, fate: 'answered', markdown: odd },
    { uuid: OTHER, fate: 'absent' },
  ]);
});

it('is read on after 600 MB of zeros, as a power cut may leave them, within little memory', async () => {
  const { path, fates } = await transcript([asked(PROMPT, 'a'), answered('b'), '']);
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  await file.truncate(size + 600_000_000);
  await file.write(`\n${asked(OTHER, 'c')}\n`, size + 600_000_000);
  await file.close();
  const before = heapInUse();
  expect(await fates()).toMatchObject([{ fate: 'answered' }, { uuid: OTHER, fate: 'cutOff' }]);
  expect(heapInUse() - before).toBeLessThan(20_000_000);
});
