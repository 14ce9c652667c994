import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createTranscriber,
  type TranscriberOptions,
} from '../../../../src/daemon/messages/arrivals/transcriber.ts';
import { isRunning } from '../../../helpers/processes.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const never = new AbortController().signal;

/** @param script what the shell runs; `$1` and so on are its arguments */
function transcriber(script: string, over: Partial<TranscriberOptions> & { args?: string[] } = {}) {
  const folder = temporaryFolder();
  const command = join(folder, 'transcribe');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o700);
  return createTranscriber({
    transcribe: [command, ...(over.args ?? [])],
    transcribeEnvironment: { PATH: process.env['PATH'] ?? '', LANG: 'C' },
    dataDir: folder,
    ...over,
  });
}

describe('a recording', () => {
  it('becomes what the command writes, with the path as its last argument', async () => {
    const transcribe = transcriber('echo "$# $1 $2"; echo not this >&2', { args: ['--language=en'] });
    expect(await transcribe({ kind: 'voice' }, '/tmp/a b.ogg', never)).toEqual({
      type: 'words',
      text: '2 --language=en /tmp/a b.ogg',
    });
  });

  it('is what is spoken in: pictures and documents are none', async () => {
    const transcribe = transcriber('echo words');
    for (const kind of ['voice', 'audio', 'video', 'video_note'] as const) {
      expect(await transcribe({ kind }, 'x', never)).toMatchObject({ type: 'words' });
    }
    for (const kind of ['photo', 'document', 'animation'] as const) {
      expect(await transcribe({ kind }, 'x', never)).toEqual({ type: 'none' });
    }
  });

  it('has no words without a command', async () => {
    const transcribe = transcriber('', { transcribe: null });
    expect(await transcribe({ kind: 'voice' }, 'x', never)).toEqual({ type: 'notConfigured' });
  });

  it.each([
    ['echo half; exit 3', 'it ended with code 3'],
    ['true', 'it wrote nothing'],
    ['yes', 'it wrote more than 200000 characters'],
  ])('has no words after %s', async (script, detail) => {
    expect(await transcriber(script)({ kind: 'voice' }, 'x', never)).toEqual({ type: 'failed', detail });
  });

  it('has no words if the command is not there', async () => {
    const transcribe = transcriber('', { transcribe: ['/no/such/command'] });
    expect(await transcribe({ kind: 'voice' }, 'x', never)).toEqual({
      type: 'failed',
      detail: 'it could not be started (ENOENT)',
    });
  });

  it.each(['takes too long', 'is not wanted any more'])(
    'that %s ends with all that its command started',
    async (why) => {
      const pidFile = join(temporaryFolder(), 'pid');
      const pid = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '');
      const isLate = why === 'takes too long';
      const transcribe = transcriber(
        `sleep 60 & echo $! > ${pidFile}; wait`,
        isLate ? { limitMs: 2_000 } : {},
      );
      const ending = new AbortController();
      const result = transcribe({ kind: 'voice' }, 'x', ending.signal);
      await expect.poll(pid, { timeout: 30_000 }).not.toBe('');
      if (!isLate) ending.abort();
      expect(await result).toMatchObject({ type: 'failed' });
      await expect.poll(() => isRunning(Number(pid()))).toBe(false);
    },
  );

  it('is heard by a command that sees its allow-listed environment, and our mark', async () => {
    const transcribe = transcriber('env | cut -d= -f1 | sort | tr "\\n" " "');
    const result = await transcribe({ kind: 'voice' }, 'x', never);
    expect(result).toMatchObject({ type: 'words', text: 'HIBERNAUT_OWNER LANG PATH PWD' });
  });
});
