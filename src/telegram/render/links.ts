/** Links under Telegram's rules, and so that nobody is led to another place than the words say. */
import { concat, link, type RichText } from './rich-text.ts';

/** The content as a link; or followed by the URL where Telegram takes no link, or where the words name another host. */
export function renderLink(content: RichText, url: string): RichText {
  const target = linkTarget(url);
  if (!target) return writtenOutLink(content, url);
  // An empty link can't be seen.
  const words = content.text.trim() === '' ? link(url, target.href) : link(content, target.href);
  return namesOtherHost(content.text, target.hostname) ? concat(words, ` (${url})`) : words;
}

/** The content followed by the URL, unless they are the same or the URL leads nowhere outside of the document. */
export function writtenOutLink(content: RichText, url: string): RichText {
  const shown = url.replace(/^(mailto|tel):/i, '');
  if (shown === '' || shown.startsWith('#') || content.text === shown) return content;
  return content.text.trim() === '' ? concat(shown) : concat(content, ` (${shown})`);
}

/** What browsers and servers take everywhere, in characters. */
const LONGEST_ADDRESS = 2_000;

/**
 * Null if Telegram would refuse the whole message for this link: it takes http and https to a host with a dot or an
 * IPv6 address (td: `LinkManager::get_checked_link`). Links with a user name are refused by us: they name a wrong host.
 */
function linkTarget(url: string): URL | null {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) return null;
  // Addresses count towards what a message takes (`limits.ts`).
  if (parsed.href.length > LONGEST_ADDRESS) return null;
  // Port 0 is a port for URL, but none for Telegram.
  if (parsed.port === '0') return null;
  const isHost = /^[\w-]+(\.[\w-]+)+\.?$/.test(parsed.hostname) || /^\[[\da-f:.]+\]$/.test(parsed.hostname);
  return isHost ? parsed : null;
}

/** What reads like a web address: a scheme with a host, or words with dots that end in letters. */
const ADDRESS = /(?:https?:\/\/([^\s/?#]+))|((?:[\p{L}\p{M}\p{N}_-]+\.)+\p{L}{2,})/giu;

function namesOtherHost(words: string, hostname: string): boolean {
  const real = withoutWww(hostname);
  return [...words.matchAll(ADDRESS)].some(([, full, bare]) => {
    const named = URL.parse(`http://${full ?? bare ?? ''}`);
    return !named || withoutWww(named.hostname) !== real;
  });
}

function withoutWww(hostname: string): string {
  return hostname.replace(/^www\./, '');
}
