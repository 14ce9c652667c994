/** Which URLs Telegram takes in a `text_link` or a button, and how it writes them (td: `HttpUrl.cpp`, `LinkManager.cpp`). */
import { isIPv6 } from 'node:net';

/** The URL as Telegram stores it, or why it refuses it, in its own words. */
export type LinkVerdict = { url: string } | { reason: string };

const TELEGRAM_SCHEME = /^(tg|ton|tonsite):(\/\/)?/i;

export function checkLink(link: string): LinkVerdict {
  const scheme = TELEGRAM_SCHEME.exec(link);
  if (!scheme) return checkHttpLink(link);
  const [prefix, name = ''] = scheme;
  return checkInternalLink(link.slice(prefix.length), name.toLowerCase());
}

/** The user of `tg://user?id=1`; such a link is a mention. Null for any other link. */
export function userOfLink(link: string): number | null {
  const match = /^tg:(?:\/\/)?user\/?\?(?:.*&)?id=(\d+)/i.exec(link);
  return match ? Number(match[1]) : null;
}

function checkHttpLink(link: string): LinkVerdict {
  const parsed = parseUrl(link);
  if ('reason' in parsed) return parsed;
  if (!parsed.host.includes('.') && !parsed.isIpv6) return { reason: 'Wrong HTTP URL' };
  const userInfo = parsed.userInfo === '' ? '' : `${parsed.userInfo}@`;
  const port = parsed.port === 0 ? '' : `:${parsed.port}`;
  return { url: `${parsed.protocol}://${userInfo}${parsed.host}${port}${parsed.query}` };
}

function checkInternalLink(rest: string, scheme: string): LinkVerdict {
  const parsed = parseUrl(rest);
  if ('reason' in parsed) return parsed;
  const { host, isIpv6, port, protocol, userInfo } = parsed;
  const hasForeignPart = /^http:\/\//i.test(rest) || protocol === 'https' || isIpv6 || port !== 0;
  if (hasForeignPart || userInfo !== '') return { reason: `Wrong ${scheme === 'tg' ? 'tg' : 'ton'} URL` };
  const isNameGood = scheme === 'tonsite' ? /^[a-z0-9._-]*$/i.test(host) : /^[a-z0-9_-]*$/i.test(host);
  if (!isNameGood) return { reason: 'Unallowed characters in URL host' };
  const query = parsed.query.startsWith('/?') ? parsed.query.slice(1) : parsed.query;
  return { url: `${scheme}://${host}${query}` };
}

interface ParsedUrl {
  protocol: 'http' | 'https';
  userInfo: string;
  host: string;
  isIpv6: boolean;
  /** 0 if none is written. */
  port: number;
  /** Path, query and fragment; begins with a slash. */
  query: string;
}

function parseUrl(url: string): ParsedUrl | { reason: string } {
  const scheme = /^([^:/?#@[\]]*):\/\//.exec(url);
  const protocol = scheme ? (scheme[1] ?? '').toLowerCase() : 'http';
  if (protocol !== 'http' && protocol !== 'https') return { reason: 'Unsupported URL protocol' };
  const rest = url.slice(scheme?.[0].length ?? 0);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  const [userAndHost, port] = splitPort(authority);
  if (port === null) return { reason: 'Wrong port number specified in the URL' };
  const at = userAndHost.lastIndexOf('@');
  const host = userAndHost.slice(at + 1);
  const isIpv6 = host.startsWith('[') && host.endsWith(']');
  if (isIpv6 && !isIPv6(host.slice(1, -1))) return { reason: 'Wrong IPv6 address specified in the URL' };
  const userInfo = userAndHost.slice(0, Math.max(at, 0));
  const fault =
    (isIpv6 ? null : faultOfHost(host)) ?? faultOfCharacters(userInfo, GOOD_USER_INFO_START, 'userinfo');
  if (fault !== null) return { reason: fault };
  return {
    protocol,
    userInfo,
    host: lowerAscii(host),
    isIpv6,
    port,
    query: writeQuery(authorityEnd < 0 ? '' : rest.slice(authorityEnd)),
  };
}

/** The port is what follows the last colon, unless a `]` or `@` comes after it; null if that is no port. */
function splitPort(authority: string): [string, number | null] {
  const match = /^(.+):([^:\]@]*)$/s.exec(authority);
  if (!match) return [authority, 0];
  const [, before = '', digits = ''] = match;
  const port = /^\d+$/.test(digits) ? Number(digits) : -1;
  return [before, port >= 1 && port <= 65_535 ? port : null];
}

/** RFC 3986's characters of a host, and any that is not ASCII. */
const GOOD_HOST_START = /^(?:[a-zA-Z0-9._\-!$,~*'();&+=\u0080-\uffff]|%[0-9a-fA-F]{2})*/;
const GOOD_USER_INFO_START = /^(?:[a-zA-Z0-9._\-!$,~*'();&+=:\u0080-\uffff]|%[0-9a-fA-F]{2})*/;

function faultOfHost(host: string): string | null {
  if (host === '') return 'URL host is empty';
  if (host === '.') return 'Host is invalid';
  return faultOfCharacters(host, GOOD_HOST_START, 'host');
}

/** @param goodStart matches the text up to the first character that is not allowed */
function faultOfCharacters(text: string, goodStart: RegExp, where: 'host' | 'userinfo'): string | null {
  const good = goodStart.exec(text)?.[0] ?? '';
  if (good === text) return null;
  const isPercent = text[good.length] === '%';
  return isPercent ? `Wrong percent-encoded symbol in URL ${where}` : `Disallowed character in URL ${where}`;
}

function writeQuery(query: string): string {
  const trimmed = query.replace(/[\s\0]+$/, '');
  const absolute = trimmed.startsWith('/') ? trimmed : `/${trimmed}`;
  return absolute.replaceAll(/[\0-\x20]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, '0')}`;
  });
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
