/** The process: its pid, its one existence, its ends and their reasons, crashes and their bounds. Invariant 3. */
import { describe, expect, it } from 'vitest';
import { CONTINUE_PROMPT } from '../../machines/session-inbox.ts';
import { NOON, PROCESS } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

describe('the process', () => {
  it('is told what it needs to continue its conversation', () => {
    const session = startSession({ model: 'opus', permissionMode: 'plan', conversationStarted: true });
    session.message('m1');
    expect(session.spawned).toEqual([
      {
        id: 's1',
        epoch: 1,
        workspace: '/work',
        model: 'opus',
        effort: null,
        permissionMode: 'plan',
        folderSettings: 'asTrusted',
        sessionRules: [],
        claudeSessionId: session.record().claudeSessionId,
        conversationStarted: true,
      },
    ]);
  });

  it('is in the record from its spawn to its exit, and null before and after', () => {
    const session = startSession();
    expect(session.record().process).toBeNull();
    session.message('m1');
    expect(session.record().process).toBeNull();
    session.becomesReady();
    expect(session.record().process).toEqual(PROCESS);
    session.answers();
    session.send({ type: 'user.suspend' });
    expect(session.record().process).toEqual(PROCESS);
    session.exits(0);
    expect(session.record()).toMatchObject({
      process: null,
      lastEnd: { reason: 'user', code: 0, signal: null, at: NOON },
    });
  });

  it('is the same one through active and idle', () => {
    const session = SESSION_IN['live.idle']();
    session.message('m2');
    session.answers();
    session.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    session.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    expect(session.phase()).toBe('live.idle');
    expect(session.spawned).toHaveLength(1);
  });

  it('knows that its conversation exists once Claude has answered in it', () => {
    const session = SESSION_IN['live.active.working']();
    expect(session.record().conversationStarted).toBe(false);
    session.answers();
    expect(session.record().conversationStarted).toBe(true);
  });

  it('keeps the first reason for its end', () => {
    const session = SESSION_IN['live.stopping.suspending']();
    session.send({ type: 'daemon.stop' });
    session.exits();
    expect(session.record().lastEnd?.reason).toBe('user');
  });

  it('is evicted only while it is idle', () => {
    const working = SESSION_IN['live.active.working']();
    working.send({ type: 'daemon.evict' });
    expect(working.phase()).toBe('live.active.working');
    const idle = SESSION_IN['live.idle']();
    idle.send({ type: 'daemon.evict' });
    idle.exits();
    expect(idle.record().lastEnd?.reason).toBe('evicted');
  });

  it('gives what a person allowed for the session to the next process', () => {
    const session = SESSION_IN['live.active.working']();
    session.says({ type: 'claude.sessionRulesGranted', rules: [{ type: 'addRules' }] });
    session.answers();
    session.send({ type: 'user.suspend' });
    session.exits();
    session.send({ type: 'user.wake' });
    expect(session.spawned[1]?.sessionRules).toEqual([{ type: 'addRules' }]);
  });

  it('that is woken without a message is ready and idle', () => {
    const session = startSession();
    session.send({ type: 'user.wake' });
    session.becomesReady();
    expect(session.phase()).toBe('live.idle');
  });
});

describe('a crash', () => {
  it('in mid-turn asks the transcript, and a prompt that never arrived is delivered', async () => {
    const session = SESSION_IN['live.active.working']();
    session.exits(null, 'SIGKILL');
    expect(session.phase()).toBe('recovering.looking');
    expect(session.recoveries[0]?.input).toMatchObject({ uuids: ['m1'], process: null });
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'absent' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm1']);
    expect(session.notices()).toEqual([
      { type: 'crashed', code: null, signal: 'SIGKILL', outcome: 'restarting' },
    ]);
  });

  it('after the answer sends the answer', async () => {
    const session = SESSION_IN['live.active.working']();
    session.exits(1);
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'answered', markdown: '4' }]);
    await expect.poll(session.phase).toBe('suspended.resting');
    expect(session.owed()).toEqual([{ kind: 'answer', markdown: '4' }]);
    expect(session.record().inbox).toEqual([]);
  });

  it('in the middle of the answer tells, continues once, and then asks', async () => {
    const session = SESSION_IN['live.active.working']();
    session.exits(1);
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    session.becomesReady();
    expect(session.received.at(-1)).toEqual({ type: 'claude.prompt', uuid: 'c1', text: CONTINUE_PROMPT });
    session.exits(1);
    session.recoveries[1]?.finds([{ uuid: 'c1', fate: 'cutOff', continuationUuid: 'c2' }]);
    await expect.poll(session.phase).toBe('suspended.resting');
    expect(session.record()).toMatchObject({
      inbox: [{ uuid: 'c2', state: 'undecided' }],
      handled: ['m1', 'c1'],
      choices: [{ about: { type: 'cutOff', uuid: 'c2' } }],
    });
    expect(session.owed()).toMatchObject([
      { kind: 'notice', notice: { type: 'crashed', outcome: 'continuing' } },
      { kind: 'choice' },
    ]);
  });

  it('while idle is quiet: the next message starts a new process', () => {
    const session = SESSION_IN['live.idle']();
    session.exits(null, 'SIGKILL');
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().lastEnd).toMatchObject({ reason: 'crashed', signal: 'SIGKILL' });
    expect(session.notices()).toEqual([]);
    session.message('m2');
    expect(session.spawned).toHaveLength(2);
  });

  it('while only background tasks run says so', () => {
    const session = SESSION_IN['live.active.background.running']();
    session.exits(1);
    expect(session.phase()).toBe('suspended.resting');
    expect(session.notices()).toMatchObject([{ type: 'crashed', outcome: 'gaveUp' }]);
  });

  it('closes the approvals and the live message that it leaves open, if no turn goes on', () => {
    const session = SESSION_IN['live.active.background.awaitingApproval']();
    const outboxId = session.record().outbox.find(({ body }) => body.kind === 'approval')?.id ?? -1;
    session.send({ type: 'telegram.delivered', outboxId, messageId: 77 });
    session.send({ type: 'telegram.liveMessageChanged', messageId: 88 });
    session.exits(1);
    expect(session.record()).toMatchObject({ approvals: [], liveMessageId: null });
    expect(session.owed()).toContainEqual({ kind: 'liveMessageClosed', messageId: 88 });
    expect(session.owed()).toContainEqual({
      kind: 'approvalClosed',
      messageId: 77,
      toolName: 'Bash',
      why: 'ended',
    });
  });

  async function crashesInMidTurn(session: TestSession): Promise<void> {
    session.becomesReady();
    session.exits(1);
    if (session.phase() !== 'recovering.looking') return;
    session.recoveries.at(-1)?.finds([{ uuid: 'm1', fate: 'absent' }]);
    await expect.poll(session.phase).not.toBe('recovering.looking');
  }

  it('is followed by three restarts in ten minutes; then the session suspends, says so and keeps the message', async () => {
    const session = startSession();
    session.message('m1');
    for (let crash = 0; crash < 4; crash++) await crashesInMidTurn(session);
    expect(session.phase()).toBe('suspended.resting');
    expect(session.spawned).toHaveLength(4);
    expect(session.notices().at(-1)).toEqual({ type: 'tooManyCrashes', count: 4, withinMs: 600_000 });
    expect(session.record().inbox).toMatchObject([{ uuid: 'm1' }]);
    session.message('m2');
    session.recoveries.at(-1)?.finds([{ uuid: 'm1', fate: 'absent' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    session.becomesReady();
    session.answers();
    expect(session.prompts().slice(-2)).toEqual(['m1', 'm2']);
  });

  it('does not count towards the bound after ten minutes', async () => {
    const session = startSession();
    session.message('m1');
    for (let crash = 0; crash < 6; crash++) {
      await crashesInMidTurn(session);
      expect(session.phase()).toBe('live.active.starting');
      session.becomesReady();
      session.says({ type: 'claude.turnStarted' });
      session.pass(200_001);
    }
  });
});

describe('what an earlier daemon left', () => {
  it('is ended before a new process starts, and its turn is continued', async () => {
    const session = SESSION_IN['recovering.looking']();
    session.message('m2');
    expect(session.spawned).toEqual([]);
    expect(session.recoveries[0]?.input.process).toEqual(PROCESS);
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    expect(session.record().process).toBeNull();
    session.becomesReady();
    session.answers();
    expect(session.prompts()).toEqual(['c1', 'm2']);
    expect(session.notices()).toEqual([{ type: 'resumedAfterRestart' }]);
  });

  it('in good order, on request, is continued without a word, each time', async () => {
    let session = SESSION_IN['live.active.working']();
    for (const continuation of ['c1', 'c2', 'c3']) {
      session.send({ type: 'daemon.drain' });
      expect(session.phase()).toBe('live.active.working');
      session.send({ type: 'daemon.stop' });
      session.exits();
      expect(session.phase()).toBe('suspended.drained');
      session = session.restarted(1_000);
      const [uuid] = session.recoveries[0]?.input.uuids ?? [];
      session.recoveries[0]?.finds([{ uuid: uuid ?? '', fate: 'cutOff', continuationUuid: continuation }]);
      await expect.poll(session.phase).toBe('live.active.starting');
      session.becomesReady();
      session.says({ type: 'claude.turnStarted' });
      expect(session.prompts()).toEqual([continuation]);
    }
    expect(session.owed()).toEqual([]);
  });

  it('does not make it deliver anything if the transcript cannot be read, until it can', async () => {
    const session = SESSION_IN['recovering.looking']();
    session.recoveries[0]?.fails();
    await expect.poll(session.phase).toBe('recovering.failed');
    expect(session.notices()).toEqual([{ type: 'internalError' }]);
    session.message('m2');
    session.recoveries[1]?.finds([{ uuid: 'm1', fate: 'absent' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    session.becomesReady();
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('waits for the daemon after that, if this one stops meanwhile', () => {
    const session = SESSION_IN['recovering.looking']();
    session.send({ type: 'daemon.stop' });
    expect(session.phase()).toBe('suspended.drained');
    const next = session.restarted();
    expect(next.phase()).toBe('recovering.looking');
    expect(next.recoveries[0]?.input).toMatchObject({ process: PROCESS, uuids: ['m1'] });
  });
});

describe('a daemon that stops', () => {
  it.each(['daemon.drain', 'daemon.stop'] as const)(
    'starts no process for a message that waits for an exit (%s)',
    (type) => {
      const session = SESSION_IN['live.stopping.suspending']();
      session.message('m2');
      session.send({ type });
      session.exits();
      expect(session.phase()).toBe('suspended.drained');
      expect(session.spawned).toHaveLength(1);
      expect(session.received.filter((command) => command.type === 'claude.stop')).toHaveLength(1);
    },
  );

  it('waits for the turn and suspends what is idle', () => {
    const working = SESSION_IN['live.active.working']();
    working.send({ type: 'daemon.drain' });
    expect(working.phase()).toBe('live.active.working');
    working.answers();
    working.send({ type: 'daemon.drain' });
    working.exits();
    expect(working.phase()).toBe('suspended.drained');
    expect(working.record().lastEnd?.reason).toBe('drained');
  });

  it('and waits no longer leaves the turn to the next one, which looks into the transcript', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'daemon.stop' });
    session.exits(143);
    expect(session.phase()).toBe('suspended.drained');
    expect(session.record().inbox).toMatchObject([{ uuid: 'm1', state: 'delivered' }]);
    expect(session.restarted().phase()).toBe('recovering.looking');
  });
});
