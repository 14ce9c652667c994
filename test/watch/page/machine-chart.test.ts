/** A machine's chart and its replay, in a real browser, on the real page: what the statechart does is what is seen. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import { ownerNoticeMachine } from '../../../machines/owner-notice.machine.ts';
import { pollerMachine, type PollerEvent, type ReceiveInput } from '../../../machines/poller.machine.ts';
import { viewSession, type SessionView } from '../../../machines/session-view.ts';
import { startHttp, type Http } from '../../../src/control/http.ts';
import { SessionHistory } from '../../../src/daemon/sessions/session-history.ts';
import type { HistoryEntry } from '../../../src/history-entry.ts';
import { createLivePage, PAGE_PATH } from '../../../src/watch/live/page-server.ts';
import { launchBrowser } from '../../helpers/browser.ts';
import { anApproval } from '../../helpers/records.ts';
import { startSession, type TestSession } from '../../helpers/session-actor.ts';
import { viewsAtOnce } from '../live/views.ts';

let browser: Browser;
const open: Http[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const http of open.splice(0)) await http.close();
});

/** The live page of a daemon that has this one session. */
async function watched(session: TestSession, viewport = { width: 1400, height: 1000 }) {
  const timeline: HistoryEntry[] = [];
  const view = (): SessionView => viewSession(session.record(), session.phase(), session.now());
  const { id } = session.record();
  const live = await createLivePage({
    source: {
      views: () => Promise.resolve(viewsAtOnce([view()])),
      view: () => Promise.resolve(view()),
      timeline: () => Promise.resolve([...timeline]),
      host: () => ({
        daemon: { state: 'serving', isRestored: true, pid: 1, startedAt: session.now() },
        poller: { state: 'polling', hasConflict: false, hasPolled: true },
      }),
      memoryOf: () => Promise.resolve(200_000_000),
    },
    actions: {},
    tokens: { read: () => Promise.resolve(null), write: () => Promise.resolve() },
    version: '1.2.3',
    log: { warn: () => undefined, error: () => undefined },
    now: session.now,
    gatherMs: 5,
  });
  const sink = {
    add: (sessionId: string, entry: HistoryEntry) => {
      timeline.push(entry);
      live.noted(sessionId, entry);
    },
  };
  const history = new SessionHistory(session.record(), sink, session.now);
  session.actor.system.inspect((seen) => history.observe(seen));
  live.follow(session.actor);
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    routes: {},
    mount: { path: PAGE_PATH, handle: (request, response) => live.handle(request, response) },
  });
  open.push(http);
  const page = await browser.newPage({ viewport });
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(`${http.url}${PAGE_PATH}/#${live.invite().code}`);
  await page.locator('#sessions').waitFor();
  // What the door asked before it was open is refused, as it should be.
  faults.length = 0;
  await page.goto(`${http.url}${PAGE_PATH}/#/session/${id}`);
  await page.locator('#chart .here').first().waitFor();
  return { page, faults, live, url: http.url };
}

/** The states that are lit, outermost first. */
async function lit(page: Page): Promise<string[]> {
  const ids = await page
    .locator('#chart .lit')
    .evaluateAll((shapes: { dataset: { state: string } }[]) => shapes.map(({ dataset }) => dataset.state));
  return ids.toSorted((one, other) => one.length - other.length);
}

/** One session's life: each step, and the state that it leads to. */
const LIFE: [string, (session: TestSession) => void][] = [
  ['live.active.starting', (session) => session.message('m1')],
  ['live.active.working', (session) => session.becomesReady()],
  [
    'live.active.awaitingApproval',
    (session) => session.says({ type: 'claude.approvalRequested', approval: anApproval('a1') }),
  ],
  ['live.active.working', (session) => session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' })],
  ['live.idle', (session) => session.answers()],
  ['live.stopping.suspending', (session) => session.pass(600_000)],
  ['suspended.resting', (session) => session.exits()],
];

function withParents(phase: string): string[] {
  const names = phase.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

it('follows a session through its whole life, and replays it backwards', async () => {
  const session = startSession();
  const { page, faults } = await watched(session);
  await expect.poll(() => lit(page)).toEqual(['suspended', 'suspended.resting']);
  for (const [phase, act] of LIFE) {
    act(session);
    expect(session.phase()).toBe(phase);
    await expect.poll(() => lit(page)).toEqual(withParents(phase));
    if (phase !== 'live.idle') continue;
    await expect.poll(() => page.locator('#chart .clock').textContent()).toMatch(/^in (9 min|10 min)/);
    await expect
      .poll(() => page.locator('.chart-now').textContent())
      .toMatch(/^live › idle.*; suspended in /);
  }
  expect(await page.locator('#chart .counting, #chart .clock').count()).toBe(0);

  const steps = await page
    .locator('#timeline input[type=range]')
    .evaluate((slider: { max: string }) => Number(slider.max) + 1);
  const seen: string[] = [];
  await page.getByRole('button', { name: 'One step back' }).focus();
  for (let step = steps; step > 0; step -= 1) {
    await page.keyboard.press('Enter');
    expect(await page.locator('#timeline .step').textContent()).toMatch(
      new RegExp(`^Step ${String(step)} of ${String(steps)}, `),
    );
    const state = (await lit(page)).at(-1) ?? '';
    if (seen.at(-1) !== state) seen.push(state);
  }
  const life = LIFE.map(([phase]) => phase);
  expect(seen).toEqual([...life.toReversed(), 'awaitingRoom.forMessage.untold']);
  expect(await page.locator('#timeline .step').textContent()).toContain('a message, by the chat');

  await page.getByRole('button', { name: 'Live' }).click();
  await expect.poll(() => lit(page)).toEqual(['suspended', 'suspended.resting']);
  expect(await page.locator('.steps li').first().textContent()).toContain('it was idle');
  expect(faults).toEqual([]);
  await page.close();
});

it('counts down on every way that time leads, not only that of the idle timeout', async () => {
  const session = startSession();
  const { page, faults } = await watched(session);
  const now = page.locator('#chart .chart-now');
  const clock = page.locator('#chart .clock');
  const counting = page.locator('#chart .edge.counting');
  session.message('m1');
  await expect
    .poll(() => now.textContent())
    .toMatch(/starting.*; given up if Claude is not ready in (1 min|\d+ s)/);
  expect(await clock.textContent()).toMatch(/^in (1 min|\d+ s)/);
  expect(await counting.getAttribute('data-from')).toBe('live.active.starting');
  session.becomesReady();
  await expect.poll(() => now.textContent()).toMatch(/; the chat is asked about the silence in (30|29) min/);
  expect(await counting.getAttribute('data-from')).toBe('live.active.working');
  session.send({ type: 'user.interrupt' });
  await expect.poll(() => now.textContent()).toMatch(/; its process ends if Claude does not react in 1\d s/);
  const before = await clock.textContent();
  await expect.poll(() => clock.textContent()).not.toBe(before);
  expect(await counting.getAttribute('data-to')).toBe('live.stopping');
  await page.getByRole('button', { name: 'First step' }).click();
  expect([await clock.count(), await counting.count()]).toEqual([0, 0]);
  expect(faults).toEqual([]);
  await page.close();
});

it("shows the daemon's, the poller's and the notices' machines as they move, with what led there", async () => {
  const { page, url, live, faults } = await watched(startSession());
  const actors = {
    receive: fromCallback<PollerEvent, ReceiveInput>(() => undefined),
    handle: fromCallback<PollerEvent>(() => undefined),
    confirm: fromCallback<PollerEvent, { offset: number | null }>(() => undefined),
  };
  const poller = createActor(pollerMachine.provide({ actors }), { id: 'poller', input: { limits: {} } });
  const notice = createActor(ownerNoticeMachine, {
    id: 'ownerNotice.disk',
    input: { toldAt: null, isOpen: false, now: Date.now },
  });
  const started = [poller, notice];
  for (const actor of started) {
    live.follow(actor);
    actor.start();
  }
  onTestFinished(() => started.forEach((actor) => actor.stop()));
  await page.goto(`${url}${PAGE_PATH}/#/machine/poller`);
  const here = page.locator('#machine-chart .here');
  const state = page.locator('#machine-state');
  await expect.poll(() => state.textContent()).toBe('running › starting');
  poller.send({ type: 'poll.received', count: 0, at: Date.now() });
  await expect.poll(() => here.getAttribute('data-state')).toBe('running.polling.receiving');
  const problem = { description: 'xyzzy', retryAfterMs: 60_000, isConflict: false };
  poller.send({ type: 'poll.failed', problem, at: Date.now() });
  await expect.poll(() => here.getAttribute('data-state')).toBe('running.backingOff.waiting');
  const now = page.locator('#machine-chart .chart-now');
  await expect
    .poll(() => now.textContent())
    .toMatch(/^running › backing off › waiting, for \d+ s; tries again in (1 min|\d\d s)$/);
  await page.getByText('Telegram could not be asked, by Telegram').waitFor();
  expect(await page.locator('#machine-timeline .steps li').count()).toBe(3);
  expect(await page.locator('#trouble-link').isVisible()).toBe(false);

  notice.send({ type: 'trouble.found', isKnown: false });
  await page.getByRole('link', { name: 'Trouble: a disk is full' }).click();
  await page.getByRole('heading', { name: 'Notice to the owner: a disk is full' }).waitFor();
  await expect.poll(() => here.getAttribute('data-state')).toBe('told');
  await page.goto(`${url}${PAGE_PATH}/#/machine/daemon`);
  await expect.poll(() => page.locator('#notices li').allTextContents()).toEqual(['a disk is full told']);
  expect(faults).toEqual([]);
  await page.close();
});

/** What of the chart is seen: left, top, width, height. */
async function seen(page: Page): Promise<number[]> {
  const box = await page.locator('#chart svg').getAttribute('viewBox');
  return (box ?? '').split(' ').map(Number);
}

it('is moved and magnified by keys, by mouse and by its buttons', async () => {
  const { page } = await watched(startSession());
  const whole = await seen(page);
  await page.locator('#chart .chart-frame').focus();
  await page.keyboard.press('+');
  const closer = await seen(page);
  expect(closer[2]).toBeLessThan(whole[2] ?? 0);
  await page.keyboard.press('ArrowRight');
  expect((await seen(page))[0]).toBeGreaterThan(closer[0] ?? 0);
  await page.keyboard.press('0');
  expect(await seen(page)).toEqual(whole);

  const frame = await page.locator('#chart .chart-frame').boundingBox();
  const [x, y] = [(frame?.x ?? 0) + 300, (frame?.y ?? 0) + 200];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await seen(page))[2]).toBeLessThan(whole[2] ?? 0);
  const before = await seen(page);
  await page.mouse.down();
  await page.mouse.move(x - 100, y);
  await page.mouse.up();
  expect((await seen(page))[0]).toBeGreaterThan(before[0] ?? 0);

  await page.getByRole('button', { name: 'Follow the current state' }).click();
  const here = await page.locator('#chart .here').boundingBox();
  expect(
    Math.abs((here?.x ?? 0) + (here?.width ?? 0) / 2 - (frame?.x ?? 0) - (frame?.width ?? 0) / 2),
  ).toBeLessThan(4);
  await page.close();
});

it('follows the current state on a phone', async () => {
  const session = startSession();
  const { page } = await watched(session, { width: 390, height: 844 });
  const asleep = await seen(page);
  session.message('m1');
  session.becomesReady();
  await expect.poll(() => seen(page)).not.toEqual(asleep);
  const here = await page.locator('#chart .here').boundingBox();
  const frame = await page.locator('#chart .chart-frame').boundingBox();
  expect(here?.x).toBeGreaterThan(frame?.x ?? Infinity);
  expect((here?.x ?? Infinity) + (here?.width ?? 0)).toBeLessThan((frame?.x ?? 0) + (frame?.width ?? 0));
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.close();
});

it('a replay stays where it is while the session goes on, and plays to its end', async () => {
  const session = startSession();
  const { page } = await watched(session);
  session.message('m1');
  session.becomesReady();
  await expect.poll(() => lit(page)).toContain('live.active.working');
  await page.getByRole('button', { name: 'First step' }).click();
  expect(await lit(page)).toContain('awaitingRoom.forMessage.untold');
  session.answers();
  await expect.poll(() => page.locator('#session-state').textContent()).toBe('idle');
  expect(await lit(page)).toContain('awaitingRoom.forMessage.untold');
  expect(await page.locator('#timeline .step').textContent()).toMatch(/^Step 1 of /);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  expect(await lit(page)).toContain('live.idle');
  await page.getByRole('button', { name: /^active › working,/ }).click();
  expect(await lit(page)).toContain('live.active.working');
  await page.getByRole('button', { name: 'Live' }).click();
  await expect.poll(() => lit(page)).toContain('live.idle');
  expect(await page.locator('.chart-now').textContent()).toMatch(/^live › idle/);
  expect(await page.locator('#chart .clock').textContent()).toMatch(/^in 9 min/);
  await page.close();
});
