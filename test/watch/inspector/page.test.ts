/** The inspector's page in a real Chromium, with a stand-in for Stately's, which the tests may not ask for. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createActor, createMachine, type AnyActor } from 'xstate';
import { createInspector, type Inspector, type Opened } from '../../../src/watch/inspector/inspector.ts';
import { launchBrowser } from '../../helpers/browser.ts';

let browser: Browser;
let page: Page;
let inspector: Inspector;
let opened: Opened;
let actor: AnyActor;
/** What the page asked of other hosts. */
let asked: string[];
const errors: string[] = [];

/** It says that it is there, and shows what it is posted: what `createBrowserReceiver` of the package does. */
const STATELY = `<pre></pre><script>
  addEventListener('message', ({ data, origin }) => {
    document.querySelector('pre').append(origin + ' ' + data.type + ' ' + JSON.stringify(data.snapshot?.value) + '\\n');
  });
  parent.postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

const machine = createMachine({
  id: 'door',
  initial: 'closed',
  states: { closed: { on: { open: 'opened' } }, opened: { on: { close: 'closed' } } },
});

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  inspector = createInspector({ log: { warn: () => {} } });
  opened = await inspector.open();
  actor = createActor(machine, { id: 'front-door' });
  inspector.follow(actor);
  actor.start();
  asked = [];
  page = await browser.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route(/^https:/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: 'text/html', body: STATELY });
  });
});

afterEach(async () => {
  await page.close();
  actor.stop();
  await inspector.close();
  expect(errors.splice(0)).toEqual([]);
});

it('lists actors, states and events without the internet', async () => {
  await page.goto(opened.url);
  const row = page.getByRole('row', { name: 'front-door' });
  await expect.poll(() => row.innerText()).toMatch(/front-door\s+closed/);

  actor.send({ type: 'open' });
  await expect.poll(() => row.innerText()).toMatch(/front-door\s+opened\s+open/);
  expect(await page.getByRole('listitem').first().innerText()).toBe('front-door: open');
  expect(asked).toEqual([]);
});

it('says of an actor that does more than is shown that it does', async () => {
  await page.goto(opened.url);
  const row = page.getByRole('row', { name: 'front-door' });
  await expect.poll(() => row.innerText()).toMatch(/front-door\s+closed/);
  for (let event = 0; event < 1_001; event += 1) actor.send({ type: event % 2 === 0 ? 'open' : 'close' });
  await expect.poll(() => row.innerText()).toMatch(/front-door\s+opened\s+\(more than is shown\)/);
});

it('shows nothing to who does not know the token, and says that it has no connection', async () => {
  await page.goto(new URL('/', opened.url).href);
  await expect.poll(() => page.getByRole('status').innerText()).toContain('no connection');
  expect(await page.getByRole('row').count()).toBe(1);
});

it("hands every actor from its start to the inspector's own page, once a person asks for it", async () => {
  await page.goto(opened.url);
  await page.getByRole('button').click();
  const posted = page.frameLocator('iframe').locator('pre');
  const origin = new URL(opened.url).origin;
  await expect.poll(() => posted.innerText()).toContain(`${origin} @xstate.actor "closed"`);

  actor.send({ type: 'open' });
  await expect.poll(() => posted.innerText()).toContain(`${origin} @xstate.snapshot "opened"`);
  expect(asked).toEqual(['https://stately.ai/inspect']);
});

it('says so when the daemon has gone, and finds back by itself to one that opens the same address', async () => {
  await page.goto(opened.url);
  await expect.poll(() => page.getByRole('status').innerText()).toBe('live');
  await inspector.close();
  await expect.poll(() => page.getByRole('status').innerText()).toContain('no connection');
  inspector = createInspector({ log: { warn: () => {} } });
  await inspector.open({ again: opened.url });
  await expect.poll(() => page.getByRole('status').innerText()).toBe('live');
  await expect.poll(() => page.getByRole('row').count()).toBe(1);
});
