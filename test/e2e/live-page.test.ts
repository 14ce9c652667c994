/** The live page of the whole program in a real browser: a session through its whole life, as the page shows it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { startProgram, type Program } from '../helpers/program.ts';

const SECRET = 'xyzzy-planted-secret';
const WAIT = { timeout: 30_000 };

let program: Program;
let browser: Browser;
beforeAll(async () => {
  const port = String(20_000 + (process.pid % 20_000));
  const environment = { HIBERNAUT_HTTP: `127.0.0.1:${port}`, PLANTED: SECRET, ANTHROPIC_API_KEY: SECRET };
  [program, browser] = await Promise.all([startProgram(environment), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await program.close();
});

async function address(): Promise<string> {
  const { address: shown } = JSON.parse(await program.cli('watch', '--json')) as { address: string };
  return shown;
}

/** All that the daemon tells a page, read beside it. */
async function told(page: Page, change: () => Promise<unknown>): Promise<string> {
  await page.evaluate(`(async () => {
    window.told = '';
    window.reading = new AbortController();
    const { body } = await fetch('changes', { signal: window.reading.signal });
    const decoder = new TextDecoder();
    (async () => { for await (const chunk of body) window.told += decoder.decode(chunk); })().catch(() => undefined);
  })()`);
  await change();
  const all = await page.evaluate<string>('window.told');
  await page.evaluate('window.reading.abort()');
  return all;
}

it('follows a session through its life, for a late viewer too, over a restart, and shows nothing that was said', async () => {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => expect.unreachable(error.message));
  await page.goto(await address());
  await page.getByText('No sessions yet.').waitFor();
  expect(await page.getByRole('link', { name: 'Daemon serving' }).isVisible()).toBe(true);

  const seen = await told(page, async () => {
    await program.ask(`remember ${SECRET}`, /remember/);
    await page.getByRole('row', { name: /work/ }).getByText('idle').waitFor(WAIT);
    await expect.poll(() => page.getByRole('row', { name: /work/ }).textContent(), WAIT).toMatch(/\d MB/);
  });
  expect(seen).toMatch(/"state":"active".*"state":"idle"/s);
  expect(seen).not.toContain(SECRET);
  expect(seen).not.toContain(program.workspace);
  expect(seen).not.toContain(program.environment['TELEGRAM_BOT_TOKEN']);

  await page.getByRole('link', { name: 'work' }).click();
  const state = page.locator('#session-state');
  await expect.poll(() => state.textContent()).toBe('idle');
  await page.getByLabel('Suspend when idle for').fill('36h');
  await page.getByRole('button', { name: 'Set' }).click();
  await page.getByRole('status').getByText('is suspended after 1 d 12 h').waitFor(WAIT);
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByRole('status').getByText('Its conversation is kept.').waitFor(WAIT);
  await expect.poll(() => state.textContent()).toBe('suspended');
  await program.sessionIs('suspended');
  await page.getByRole('button', { name: 'Wake' }).click();
  await page.getByRole('status').getByText('is awake').waitFor(WAIT);
  await expect.poll(() => state.textContent()).toBe('idle');

  const late = await page.context().newPage();
  await late.goto(page.url());
  await expect.poll(() => late.locator('#session-state').textContent(), WAIT).toBe('idle');
  expect(await late.locator('body').textContent()).not.toContain(SECRET);
  await late.close();

  await program.stop();
  await page.getByText('No connection to Hibernaut.').waitFor(WAIT);
  await program.start();
  await expect.poll(() => page.locator('#connection').textContent(), WAIT).toBe('');
  const shown = async () => [await state.textContent(), await page.locator('#facts').textContent()];
  const isTrue = async () => {
    const { state: now, pid } = await program.session();
    const [word, facts = ''] = await shown();
    return word === now && facts?.includes(pid === null ? 'Processnone' : `pid ${String(pid)}`);
  };
  await expect.poll(isTrue, WAIT).toBe(true);

  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the session' }).click();
  await expect.poll(() => state.textContent(), WAIT).toBe('ended');
  await page.getByRole('link', { name: 'All sessions' }).click();
  await page.getByText('No session is like that.').waitFor();

  // Neither what lets browsers in, nor what it was asked for, is in the log.
  const token = (await readFile(join(program.dataDir, 'watch-token'), 'utf8')).trim();
  expect(program.log()).not.toContain(token);
  expect(program.log()).not.toContain(SECRET);
});
