/** The settings of sessions, through the port that Telegram's side calls. */
import { describe, expect, it } from 'vitest';
import { CHAT, startTestDaemon } from '../../helpers/test-daemon.ts';

const MODEL = { value: 'haiku', name: 'Haiku', resolved: null, efforts: [] };

describe('settings', () => {
  it('of a chat without a session begin one, once per message', async () => {
    const test = await startTestDaemon();
    const first = await test.sessions.currentOrNew(CHAT, 1, test.now());
    expect(await test.sessions.currentOrNew(CHAT, 1, test.now())).toEqual(first);
    expect(first.state).toBe('suspended');
  });

  it('are on disk once they are changed, and reach the process that runs', async () => {
    const test = await startTestDaemon();
    await test.talks('hello', 'hi');
    const { id } = await test.current();
    const changed = await test.sessions.changeSettings(7, id, { model: 'haiku', effort: 'low' }, test.now());
    expect(changed).toMatchObject({ model: 'haiku', effort: 'low' });
    expect(test.stored(id)).toMatchObject({ model: 'haiku', effort: 'low' });
    expect(test.claude.latest.received).toContainEqual({
      type: 'claude.configure',
      settings: { model: 'haiku', effort: 'low' },
    });
  });

  it('are nothing that another chat can change, nor those of a session that ended', async () => {
    const test = await startTestDaemon();
    const { id } = await test.sessions.currentOrNew(CHAT, 1, test.now());
    const plan = { permissionMode: 'plan' } as const;
    expect(await test.sessions.changeSettings(8, id, plan, test.now())).toBeNull();
    await test.sessions.end(CHAT, test.now());
    expect(await test.sessions.changeSettings(7, id, plan, test.now())).toBeNull();
    expect(test.stored(id).permissionMode).toBe('default');
  });

  it('bypass only where the configuration allows it, also after it was taken back', async () => {
    const bypass = { permissionMode: 'bypassPermissions' } as const;
    const allowing = await startTestDaemon({ config: { allowBypass: true } });
    const { id } = await allowing.sessions.currentOrNew(CHAT, 1, allowing.now());
    expect(await allowing.sessions.changeSettings(7, id, bypass, allowing.now())).toMatchObject(bypass);

    const test = await startTestDaemon({ disk: allowing.store.disk });
    expect(await test.current()).toMatchObject({ permissionMode: 'default' });
    expect(await test.sessions.changeSettings(7, id, bypass, test.now())).toMatchObject({
      permissionMode: 'default',
    });
    await test.talks('hello', 'hi');
    expect(test.claude.latest.input.permissionMode).toBe('default');
  });
});

describe('what Claude Code offers', () => {
  it('is asked of a process that is started for it, once per folder', async () => {
    const test = await startTestDaemon({
      prepare: ({ claude }) => (claude.offers = { models: [MODEL] }),
    });
    const session = await test.sessions.currentOrNew(CHAT, 1, test.now());
    expect((await test.sessions.offers(session, test.now()))?.models).toEqual([MODEL]);
    expect((await test.current()).state).toBe('idle');
    await test.sessions.suspend(CHAT, test.now());
    await test.sessions.offers(session, test.now());
    expect(test.claude.started).toHaveLength(1);
  });

  it('stays unknown if Claude does not start, or not in time', async () => {
    const test = await startTestDaemon({ obedient: false });
    const session = await test.sessions.currentOrNew(CHAT, 1, test.now());
    const first = test.sessions.offers(session, test.now());
    await expect.poll(() => test.claude.started.length).toBe(1);
    test.claude.latest.says({
      type: 'claude.failed',
      problem: 'notLoggedIn',
      detail: '',
    });
    test.claude.latest.exits();
    expect(await first).toBeNull();
    const second = test.sessions.offers(session, test.now());
    await expect.poll(() => test.claude.started.length).toBe(2);
    test.pass(10_000);
    expect(await second).toBeNull();
  });
});
