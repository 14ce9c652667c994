/** What is found and ended after a crash: of Claude, and of the daemon above it. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createClaude } from '../../src/claude/claude.ts';
import { OWNER_VARIABLE, ownerOf as ownerUnder } from '../../src/claude/process/owner.ts';
import { systemProcessTable } from '../../src/claude/process/system-process-table.ts';
import { continuationUuidOf } from '../../src/uuid.ts';
import { RealClaude } from '../helpers/real-claude.ts';
import { until } from '../helpers/until.ts';

/** As an earlier daemon marked them. */
const ownerOf = (dataDir: string, sessionId: string) => ownerUnder(dataDir, sessionId, 'an-earlier-daemon');

/** A process that lives until it is ended, with this mark. */
function bystander(owner: string | null) {
  const env = { PATH: process.env['PATH'] ?? '', ...(owner === null ? {} : { [OWNER_VARIABLE]: owner }) };
  const child = execa('tail', ['-f', '/dev/null'], { env, extendEnv: false, reject: false, buffer: false });
  const { pid } = child;
  if (pid === undefined) throw new Error('tail did not start.');
  const startTime = systemProcessTable().startTimeOf(pid) ?? '';
  return { child, identity: { pid, startTime, startedAt: 0 } };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('recovery', () => {
  it('finds the answer that was written before Claude was killed', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input, identity } = await real.run();
    const uuid = prompt('hello');
    await told.heard('claude.answered');
    process.kill(identity.pid, 'SIGKILL');
    await told.heard('claude.exited');
    const { fates } = await real.claude.recover(real.recoveryOf(input, [uuid]));
    expect(fates).toEqual([{ uuid, fate: 'answered', markdown: told.answers[0] }]);
  });

  it('is followed by a process that goes on with a conversation whose very first turn was cut off', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input, identity } = await real.run();
    const uuid = prompt('slow 500');
    await until(
      'some words',
      () => told.shown.length,
      (shown) => shown > 3,
    );
    await real.hasWrittenDown(input, uuid);
    process.kill(identity.pid, 'SIGKILL');
    await told.heard('claude.exited');
    const next = await real.run({ claudeSessionId: input.claudeSessionId, conversationStarted: false });
    next.prompt('what did I say?');
    await next.told.heard('claude.answered');
    expect(next.told.answers[0]).toContain('slow 500');
  });

  it('finds a turn that was cut off, and those prompts that never arrived', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input, identity } = await real.run();
    const uuid = prompt('slow 500');
    await until(
      'some words',
      () => told.shown.length,
      (shown) => shown > 3,
    );
    await real.hasWrittenDown(input, uuid);
    process.kill(identity.pid, 'SIGKILL');
    await told.heard('claude.exited');
    const never = randomUUID();
    const { fates } = await real.claude.recover(real.recoveryOf(input, [uuid, never]));
    expect(fates).toEqual([
      { uuid, fate: 'cutOff', continuationUuid: continuationUuidOf(uuid) },
      { uuid: never, fate: 'absent' },
    ]);
  });

  it('lets the next process continue the turn that was cut off', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    const uuid = first.prompt('run: tail -f /dev/null');
    await first.told.heard('claude.approvalRequested');
    await real.hasWrittenDown(first.input, uuid);
    await first.process.kill();
    const { fates } = await real.claude.recover(real.recoveryOf(first.input, [uuid]));
    expect(fates).toMatchObject([{ fate: 'cutOff' }]);

    const second = await real.run({ ...first.input, conversationStarted: true });
    second.process.send({ type: 'claude.prompt', uuid: continuationUuidOf(uuid), text: 'what did I say?' });
    await second.told.heard('claude.turnEnded');
    expect(second.told.answers[0]).toContain('run: tail -f /dev/null');
    const again = await real.claude.recover(real.recoveryOf(first.input, [uuid, continuationUuidOf(uuid)]));
    expect(again.fates).toMatchObject([{ fate: 'cutOff' }, { fate: 'answered' }]);
  });

  it('ends what is left of the process: by its mark, and by its identity', async () => {
    await using real = await RealClaude.start();
    const input = real.input();
    const marked = bystander(ownerOf(real.dataDir, input.id));
    const named = bystander(null);
    const { fates } = await real.claude.recover(real.recoveryOf(input, [], named.identity));
    expect(fates).toEqual([]);
    expect([marked, named].map(({ identity }) => isAlive(identity.pid))).toEqual([false, false]);
  });

  it('leaves alone a later process with the same pid, and those of other sessions and folders', async () => {
    await using real = await RealClaude.start();
    const input = real.input();
    const others = [
      bystander(null),
      bystander(ownerOf(real.dataDir, 'another-session')),
      bystander(ownerOf(real.folder, input.id)),
    ];
    const reused = { pid: others[0]?.identity.pid ?? 0, startTime: 'of an earlier process', startedAt: 0 };
    await real.claude.recover(real.recoveryOf(input, [], reused));
    expect(others.map(({ identity }) => isAlive(identity.pid))).toEqual([true, true, true]);
    for (const { child } of others) child.kill('SIGKILL');
    await Promise.all(others.map(({ child }) => child));
  });

  it('fails loudly when the transcript is there and can not be read', async () => {
    await using real = await RealClaude.start();
    const input = real.input();
    const folder = join(real.folder, 'home', '.claude', 'projects', 'anywhere');
    await mkdir(join(folder, `${input.claudeSessionId}.jsonl`), { recursive: true });
    await expect(real.claude.recover(real.recoveryOf(input, [randomUUID()]))).rejects.toThrow('EISDIR');
  });

  it('looks where the processes were told to keep transcripts', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input } = await real.run();
    const uuid = prompt('hello');
    await told.heard('claude.turnEnded');
    const config = real.environment['CLAUDE_CONFIG_DIR'] ?? '';
    expect(await readdir(join(config, 'projects'))).toHaveLength(1);
    await writeFile(join(config, 'projects', 'a file'), '');
    await chmod(join(config, 'projects', 'a file'), 0o600);
    const { fates } = await real.claude.recover(real.recoveryOf(input, [uuid]));
    expect(fates).toMatchObject([{ fate: 'answered' }]);
  });
});

describe('orphans', () => {
  it('of this data folder are ended, all of them; those of others and the unmarked live on', async () => {
    await using real = await RealClaude.start();
    const ours = [bystander(ownerOf(real.dataDir, 'one')), bystander(ownerOf(real.dataDir, 'two'))];
    const others = [bystander(null), bystander(ownerOf(real.folder, 'one'))];
    const ended = await real.claude.endOrphans();
    const pids = ours.map(({ identity }) => identity.pid);
    expect(ended.map(({ pid }) => pid).sort()).toEqual(pids.sort());
    expect(ours.map(({ identity }) => isAlive(identity.pid))).toEqual([false, false]);
    expect(others.map(({ identity }) => isAlive(identity.pid))).toEqual([true, true]);
    for (const { child } of others) child.kill('SIGKILL');
    await Promise.all(others.map(({ child }) => child));
  });

  it('are a whole Claude with its tool, which another daemon on the folder finds', async () => {
    await using real = await RealClaude.start();
    const { prompt, told, identity, input } = await real.run({ permissionMode: 'bypassPermissions' });
    prompt('run: setsid --fork tail -f /dev/null; tail -f /dev/null');
    await until(
      'the tool',
      () => real.alive(input),
      (pids) => pids.length >= 4,
    );
    const { environment, dataDir } = real;
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    const next = createClaude({ command: null, environment, dataDir, log });
    const ended = await next.endOrphans();
    expect(ended.map(({ pid }) => pid)).toContain(identity.pid);
    expect(ended.length).toBeGreaterThanOrEqual(4);
    expect(await next.endOrphans()).toEqual([]);
    await told.heard('claude.exited');
  });
});
