/** The inspector's page (`page.html`) with the policy that keeps foreign code out of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The page has one script and one style, both inline; the policy names them by their hashes. */
export async function renderPage(): Promise<{ html: string; policy: string }> {
  const html = await readFile(new URL('./page.html', import.meta.url), 'utf8');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    // The chart is drawn by Stately's own page, in a frame that knows nothing but what it is sent.
    'frame-src https://stately.ai https://*.stately.ai',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html, policy: policy.join('; ') };
}

function hashOf(html: string, tag: 'script' | 'style'): string {
  const text = html.split(`<${tag}>`)[1]?.split(`</${tag}>`)[0];
  if (text === undefined) throw new Error(`src/watch/inspector/page.html has no <${tag}>.`);
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
