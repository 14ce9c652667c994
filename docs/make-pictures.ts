/** Makes the pictures of README and docs: a real chat in the sandbox and its live page, seen in a real browser. `npm run pictures` */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { runDaemonProcess } from '../src/cli/daemon/daemon-process.ts';
import { shownAddressSchema } from '../src/cli/daemon/watch-methods.ts';
import { callControl } from '../src/control/call.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { launchBrowser } from '../test/helpers/browser.ts';

const PICTURES = fileURLToPath(new URL('./pictures/', import.meta.url));
const LONGEST_ANSWER_MS = 30_000;

async function say(page: Page, text: string, answer: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.bubble', { hasText: answer }).last().waitFor({ timeout: LONGEST_ANSWER_MS });
}

/** A conversation that shows what a reader wants to know first: an answer, sleep, and an approval that waits. */
async function converse(page: Page): Promise<void> {
  await say(page, 'remember the release is on Friday', /I will remember/);
  await say(page, '/timeout 36h', /suspended after/);
  await say(page, 'ask', /Which colour/);
  await page.getByRole('button', { name: 'Blue' }).click();
  await page.locator('.bubble', { hasText: 'Your answer' }).last().waitFor({ timeout: LONGEST_ANSWER_MS });
  await say(page, 'run: node --version > release.txt', 'node --version');
}

/** Sessions in some of the states that there are: idle, at work, and one that waits for a person. */
async function openMore(page: Page): Promise<void> {
  await say(page, '/new . website', /website/);
  await say(page, 'remember the colour is blue', /I will remember/);
  await say(page, '/new . nightly tests', /nightly tests/);
  await say(page, 'slow 2000', /word1 /);
}

async function takeLivePage(browser: Browser, dataDir: string): Promise<void> {
  const { address } = shownAddressSchema.parse(await callControl(dataDir, 'watch.open', { shutsOut: false }));
  const page = await browser.newPage({ viewport: { width: 1_100, height: 460 }, deviceScaleFactor: 2 });
  await page.goto(address);
  await page.locator('#rows .left:not(.none)').first().waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: join(PICTURES, 'live-page.png') });
}

const folder = await mkdtemp(join(tmpdir(), 'hibernaut-pictures-'));
const sandbox = await startSandbox({
  environment: { ...process.env, HIBERNAUT_DATA_DIR: folder, HIBERNAUT_ENV_FILE: 'off' },
  log: () => undefined,
  runDaemon: runDaemonProcess,
});
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 430, height: 860 }, deviceScaleFactor: 2 });
  await page.goto(sandbox.address);
  await page.getByRole('navigation').getByRole('button', { name: 'Anna' }).first().click();
  await converse(page);
  // The toast and the last bubble's way in are no part of the picture.
  await page.waitForTimeout(4_000);
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, 'chat.png') });
  await openMore(page);
  await takeLivePage(browser, folder);
} finally {
  await browser.close();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
}
