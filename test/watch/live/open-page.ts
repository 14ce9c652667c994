/** The live page of a test's world, open in a real browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { World } from './page-world.ts';

/** Resolves once everything has been told, or `until` (a selector) is there. */
export async function openPage(
  browser: Browser,
  world: World,
  options: BrowserContextOptions = {},
  until = 'body[data-ready]',
): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => expect.unreachable(error.message));
  await page.addInitScript(MARK_FIRST_ROWS);
  await page.goto(`${world.origin}/watch/#${world.page.invite().code}`);
  await page.locator(until).first().waitFor();
  return page;
}

/** When the first sessions are on the screen. */
const MARK_FIRST_ROWS = `new MutationObserver((_, observer) => {
  if (!document.querySelector('#rows tr')) return;
  observer.disconnect();
  requestAnimationFrame(() => performance.mark('first-rows'));
}).observe(document, { childList: true, subtree: true })`;
