/** What every ClaudePort holds to: run against the real binary and against the steerable stand-in. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaudeInput } from '../../machines/session-events.ts';
import type { ClaudePort, ClaudeProcess } from '../../src/claude/ports.ts';
import { ClaudeRecorder } from '../helpers/claude-recorder.ts';

export interface PortUnderTest {
  claude: ClaudePort;
  input: ClaudeInput;
  /** Ends everything. */
  close(): Promise<void>;
}

/** @param setUp a port whose Claude answers "You said: …" to anything, in `claude.answered` */
export function claudePortContract(name: string, setUp: () => Promise<PortUnderTest>): void {
  describe(`${name} keeps the contract of a ClaudePort`, () => {
    let port: PortUnderTest;
    let told: ClaudeRecorder;
    beforeEach(async () => {
      port = await setUp();
      told = new ClaudeRecorder();
    });
    afterEach(() => port.close());

    const start = (beforePrompt: () => Promise<void> = () => Promise.resolve()): ClaudeProcess =>
      port.claude.start(port.input, told, beforePrompt);
    const startReady = async (beforePrompt?: () => Promise<void>): Promise<ClaudeProcess> => {
      const process = start(beforePrompt);
      await told.heard('claude.ready');
      return process;
    };
    const promptTo = (process: ClaudeProcess, text: string): void =>
      process.send({ type: 'claude.prompt', uuid: randomUUID(), text });

    it('tells nothing before start has returned, then that it spawned, then that it is ready', async () => {
      start();
      expect(told.events).toEqual([]);
      await told.heard('claude.ready');
      expect(told.types).toEqual(['claude.spawned', 'claude.ready']);
    });

    it('tells who its process is', async () => {
      await startReady();
      const [spawned] = told.all('claude.spawned');
      expect(spawned?.process).toEqual({
        pid: expect.any(Number) as number,
        startTime: expect.stringMatching(/./) as string,
        startedAt: expect.any(Number) as number,
      });
    });

    it('tells what its processes hold in memory, as long as they live', async () => {
      const process = await startReady();
      const [spawned] = told.all('claude.spawned');
      const roots = spawned ? [spawned.process] : [];
      const memory = await port.claude.memory(roots);
      expect(memory.processes).toBeGreaterThanOrEqual(1);
      expect(memory.residentBytes).toBeGreaterThan(0);
      await process.kill();
      await told.heard('claude.exited');
      expect(await port.claude.memory([])).toEqual({ processes: 0, residentBytes: 0 });
    });

    it('answers one prompt after the other, each in a turn that ends', async () => {
      const process = await startReady();
      promptTo(process, 'one');
      await told.heard('claude.turnEnded');
      promptTo(process, 'two');
      await told.heard('claude.turnEnded', 2);
      const turn = ['claude.turnStarted', 'claude.answered', 'claude.turnEnded'];
      expect(told.types.slice(2)).toEqual([...turn, ...turn]);
      expect(told.answers).toEqual([
        expect.stringContaining('You said: one'),
        expect.stringContaining('You said: two'),
      ]);
    });

    it('hands a prompt over only when it may', async () => {
      const order: string[] = [];
      const process = await startReady(async () => {
        await sleep(50);
        order.push('durable');
      });
      const listen = told.event.bind(told);
      told.event = (event) => {
        order.push(event.type);
        listen(event);
      };
      promptTo(process, 'early');
      await told.heard('claude.answered');
      expect(order.slice(0, 2)).toEqual(['durable', 'claude.turnStarted']);
    });

    it('exits once when it is told to stop, twice even, and then ignores every command', async () => {
      const process = await startReady();
      process.send({ type: 'claude.stop' });
      process.send({ type: 'claude.stop' });
      const exited = await told.heard('claude.exited');
      expect(exited).toMatchObject({ code: 0, signal: null });
      promptTo(process, 'too late');
      process.send({ type: 'claude.interrupt' });
      process.send({ type: 'claude.stop' });
      await process.kill();
      expect(told.types).toEqual(['claude.spawned', 'claude.ready', 'claude.exited']);
    });

    it('may be told to stop from within what it tells', async () => {
      const listen = told.event.bind(told);
      told.event = (event) => {
        listen(event);
        if (event.type === 'claude.spawned') process.send({ type: 'claude.stop' });
      };
      const process = start();
      await told.heard('claude.exited');
      expect(told.all('claude.failed')).toEqual([]);
    });

    it('is gone when kill resolves, and says so once', async () => {
      const process = await startReady();
      await Promise.all([process.kill(), process.kill()]);
      expect(told.types).toEqual(['claude.spawned', 'claude.ready', 'claude.exited']);
      expect(told.all('claude.exited')).toMatchObject([{ code: null, signal: 'SIGKILL' }]);
    });

    it('says that it exited when it is killed before it could start', async () => {
      await start().kill();
      expect(told.types.at(-1)).toBe('claude.exited');
      expect(told.all('claude.exited')).toHaveLength(1);
    });

    it('stops without handing over a prompt that was still waiting', async () => {
      const { promise: durable, resolve: becomeDurable } = Promise.withResolvers<void>();
      const process = await startReady(() => durable);
      promptTo(process, 'never');
      process.send({ type: 'claude.stop' });
      becomeDurable();
      await told.heard('claude.exited');
      expect(told.types).toEqual(['claude.spawned', 'claude.ready', 'claude.exited']);
    });

    it('recovers that a prompt never arrived', async () => {
      const { id, workspace, claudeSessionId } = port.input;
      const uuid = randomUUID();
      const recovery = await port.claude.recover({
        id,
        workspace,
        claudeSessionId,
        process: null,
        uuids: [uuid],
      });
      expect(recovery.fates).toEqual([{ uuid, fate: 'absent' }]);
    });

    it('finds no orphans where there are none', async () => {
      expect(await port.claude.endOrphans()).toEqual([]);
    });
  });
}
