/** The live page by keyboard and screen reader, in colours of one's own, without motion, and on a phone. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { ownerNoticeMachine } from '../../../machines/owner-notice.machine.ts';
import { launchBrowser } from '../../helpers/browser.ts';
import { openPage } from '../live/open-page.ts';
import { anEntry, NOW, serve, type World } from '../live/page-world.ts';
import { aView } from '../live/views.ts';

const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const VIEWS = [
  aView({
    id: 'a',
    name: 'a-name-that-nobody-should-have-chosen-for-a-session-but-somebody-did',
    state: 'idle',
    phase: 'live.idle',
    pid: 12_345,
    suspendsAt: NOW + 1e9,
    inbox: 99,
  }),
  aView({ id: 'b', state: 'active', phase: 'awaitingRoom.forMessage.untold', roomPlace: 12 }),
  aView({ id: 'c', name: 'refused', outbox: 1, undeliverable: { since: NOW } as never }),
  aView({ id: 'd', name: 'asks', state: 'active', phase: 'live.active.awaitingApproval', asks: ['plan'] }),
];

const PLACES = [
  '#/',
  '#/session/a',
  '#/session/d',
  '#/machine/daemon',
  '#/machine/poller',
  '#/machine/ownerNotice.disk',
];

async function world(): Promise<World> {
  const made = await serve(VIEWS);
  const notice = createActor(ownerNoticeMachine, {
    id: 'ownerNotice.disk',
    input: { toldAt: null, isOpen: false, now: Date.now },
  });
  made.page.follow(notice);
  notice.start();
  notice.send({ type: 'trouble.found', isKnown: false });
  onTestFinished(() => void notice.stop());
  return made;
}

async function goTo(page: Page, { origin }: World, place: string): Promise<void> {
  await page.goto(`${origin}/watch/${place}`);
  await page.locator('main:not([hidden]) h1', { hasText: /\w/ }).waitFor();
  if (place !== '#/') await page.locator('main:not([hidden]) .chart-frame').waitFor();
}

/** What axe-core finds wrong, each as its rule and where. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target)))`);
}

describe.each([
  ['a phone, light', { colorScheme: 'light', viewport: { width: 360, height: 740 }, hasTouch: true }],
  ['a phone, dark', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true }],
  ['a desk, light', { colorScheme: 'light', viewport: { width: 1_280, height: 900 } }],
  ['a desk, dark', { colorScheme: 'dark', viewport: { width: 1_280, height: 900 } }],
  ['colours of one’s own', { forcedColors: 'active', viewport: { width: 390, height: 844 } }],
] satisfies [string, BrowserContextOptions][])('on %s', (_name, options) => {
  it('everything has a name, a role, contrast and room, and nothing is cut off at the side', async () => {
    const made = await world();
    const page = await openPage(browser, made, options);
    for (const place of PLACES) {
      await goTo(page, made, place);
      expect(await faults(page), place).toEqual([]);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, place).toBeLessThanOrEqual(options.viewport.width);
    }
  });
});

it('what waits for a person says so in words, and not by a mark alone', async () => {
  const page = await openPage(browser, await world());
  const state = (name: string) => page.getByRole('row', { name }).locator('.badge').textContent();
  expect(await state('refused')).toBe('suspended: Telegram refuses its chat');
  expect(await state('asks')).toBe('active: waits for your word on its plan');
});

it('what is chosen, and where a machine is, is seen without our colours', async () => {
  const made = await world();
  const page = await openPage(browser, made, { forcedColors: 'active' });
  const style = (selector: string, property: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);
  const outline = (which: string) => style(`#states input${which} + span`, 'outlineStyle');
  expect(await outline(':checked')).not.toBe(await outline(':not(:checked)'));
  await goTo(page, made, '#/session/a');
  const stroke = (which: string) => style(`#chart .state${which} path`, 'stroke');
  expect(await stroke('.here')).not.toBe(await stroke(':not(.lit)'));
});

it('nothing moves by itself for who wants no motion', async () => {
  const made = await world();
  const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
    const page = await openPage(browser, made, { reducedMotion });
    await goTo(page, made, '#/');
    return page.evaluate<number>(`[...document.querySelectorAll('*')].filter((element) =>
      ['', '::before'].some((part) => parseFloat(getComputedStyle(element, part).transitionDuration) > 0)).length`);
  };
  expect(await moving('reduce')).toBe(0);
  expect(await moving('no-preference')).toBeGreaterThan(0);
});

describe('by keyboard', () => {
  /** Where Tab leads, from the beginning, with where that is on the screen. */
  async function stops(page: Page, count: number): Promise<{ name: string; y: number }[]> {
    const found = [];
    for (let tab = 0; tab < count; tab += 1) {
      await page.keyboard.press('Tab');
      found.push(
        await page.evaluate<{ name: string; y: number }>(`(() => {
          const at = document.activeElement;
          const { y } = (at.closest('label') ?? at).getBoundingClientRect();
          return { name: at.id || at.textContent.trim(), y: Math.round(y + scrollY) };
        })()`),
      );
    }
    return found;
  }

  it.each([360, 1_280])('the way is that of the eye: %d px', async (width) => {
    const page = await openPage(browser, await world(), { viewport: { width, height: 900 } });
    const way = await stops(page, 9);
    expect(way.map(({ name }) => name)).toEqual([
      'skip',
      'Hibernaut',
      'daemon-link',
      'poller-link',
      'trouble-link',
      'search',
      'sort',
      // One of a group: arrows lead to the others.
      expect.any(String) as unknown,
      'asks',
    ]);
    const heights = way.slice(2).map(({ y }) => y);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  });

  it('a question is left by Escape with nothing done, and the focus is where it was', async () => {
    const made = await world();
    const page = await openPage(browser, made);
    await goTo(page, made, '#/session/d');
    const end = page.getByRole('button', { name: 'End', exact: true });
    await end.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    for (let tab = 0; tab < 5; tab += 1) {
      await page.keyboard.press('Tab');
      expect(
        await page.evaluate(
          'document.activeElement === document.body || !!document.activeElement.closest("dialog")',
        ),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('End');
    // It closed the question, and not the session behind it.
    expect(new URL(page.url()).hash).toBe('#/session/d');
    expect(made.done).toEqual([]);
  });

  it('what a button could not do is said, and the button can be pressed again', async () => {
    const made = await world();
    const page = await openPage(browser, made);
    await goTo(page, made, '#/session/a');
    const suspend = page.getByRole('button', { name: 'Suspend', exact: true });
    await page.route('**/actions/order', (route) => route.abort());
    await suspend.press('Enter');
    await page
      .getByRole('status')
      .getByText('Hibernaut does not answer. It may just have stopped.')
      .waitFor();
    await page.unroute('**/actions/order');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Suspend');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Done.').waitFor();
    expect(made.done).toEqual([{ session: 'a', order: 'suspend' }]);
  });
});

it('a screen reader hears a state that changes where it is looked at, and nothing of what runs with the clock', async () => {
  const made = await world();
  const page = await openPage(browser, made);
  const listen = `window.heard = [];
    for (const region of document.querySelectorAll('[role=status], [aria-live]')) new MutationObserver(() => {
      if (region.checkVisibility()) window.heard.push(region.id + ': ' + region.textContent);
    }).observe(region, { childList: true, characterData: true, subtree: true });`;
  await page.evaluate(listen);
  for (let step = 0; step < 20; step += 1) {
    made.sessions.set('b', aView({ id: 'b', state: 'active', phase: 'live.active.working', inbox: step }));
    made.page.noted('b', anEntry('user.message'));
  }
  await page.getByRole('row', { name: 'work' }).getByText('active: working').waitFor();
  expect(await page.evaluate('window.heard')).toEqual([]);
  await goTo(page, made, '#/session/a');
  await page.evaluate('window.heard.length = 0');
  const now = await page.locator('.chart-now').first().textContent();
  await expect.poll(() => page.locator('.chart-now').first().textContent()).not.toBe(now);
  made.sessions.set('a', aView({ id: 'a', state: 'suspended', phase: 'suspended.resting' }));
  made.page.noted('a', anEntry('user.suspend'));
  await expect.poll(() => page.evaluate('window.heard')).toEqual(['session-state: suspended']);
});

it('a tab that nobody sees takes its connection down, and shows everything when it is looked at again', async () => {
  const made = await world();
  const page = await openPage(browser, made);
  await page.clock.install();
  await page.reload();
  await page.locator('body[data-ready]').waitFor();
  const seen = (state: 'hidden' | 'visible') =>
    page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      Object.defineProperty(document, 'hidden', { value: ${String(state === 'hidden')}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  await seen('hidden');
  await page.clock.runFor(10_000);
  expect(made.page.viewers).toBe(1);
  // Somebody looked at it in time.
  await seen('visible');
  await seen('hidden');
  await page.clock.runFor(25_000);
  await expect.poll(() => made.page.viewers).toBe(0);
  made.sessions.delete('b');
  made.sessions.set('new', aView({ id: 'new', name: 'made meanwhile' }));
  await page.clock.runFor(120_000);
  expect(made.page.viewers).toBe(0);
  await seen('visible');
  await page.getByRole('row', { name: 'made meanwhile' }).waitFor();
  await expect.poll(() => page.locator('#rows tr').count()).toBe(4);
  expect(await page.locator('#connection').textContent()).toBe('');
});
