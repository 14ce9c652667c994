/** The property list of launchd's agent: a pure function of the facts. docs/service.md says what each key is for. */
import { join } from 'node:path';
import { ServiceError, stopTimeoutSeconds, type ServiceFacts } from './facts.ts';

export const LABEL = 'hibernaut';

export type PlistValue =
  string | number | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

/** The whole file. @throws ServiceError if a path or a value can't be written into it */
export function plistText(facts: ServiceFacts): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Written by "hibernaut service install", which writes it anew each time. -->',
    '<plist version="1.0">',
    ...element(agent(facts), ''),
    '</plist>',
    '',
  ].join('\n');
}

/** The environment that a property list of ours gives. */
export function environmentIn(plist: string): Record<string, string> {
  const inside = /<key>EnvironmentVariables<\/key>\s*<dict>(.*?)<\/dict>/s.exec(plist)?.[1] ?? '';
  const pairs = inside.matchAll(/<key>(.*?)<\/key>\s*<string>(.*?)<\/string>/gs);
  return Object.fromEntries(
    [...pairs].map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]),
  );
}

/** Where launchd writes what the daemon says. */
export function launchdLog(home: string): string {
  return join(home, 'Library', 'Logs', 'hibernaut', 'hibernaut.log');
}

function agent(facts: ServiceFacts): PlistValue {
  const log = launchdLog(facts.home);
  return {
    Label: LABEL,
    ProgramArguments: [facts.node, facts.script, 'start'],
    // LAUNCHD tells the daemon who started it: a stop may take long, and 75 and 78 must not start it again.
    EnvironmentVariables: { LAUNCHD: '1', HIBERNAUT_ENV_FILE: facts.envFile, ...facts.environment },
    WorkingDirectory: facts.home,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: stopTimeoutSeconds(facts),
    ProcessType: 'Interactive',
    StandardOutPath: log,
    StandardErrorPath: log,
  };
}

function element(value: PlistValue, indent: string): string[] {
  const inner = `${indent}  `;
  if (typeof value === 'string') return [`${indent}<string>${escaped(value)}</string>`];
  if (typeof value === 'number') return [`${indent}<integer>${String(value)}</integer>`];
  if (typeof value === 'boolean') return [`${indent}<${String(value)}/>`];
  if (isList(value)) {
    return [`${indent}<array>`, ...value.flatMap((item) => element(item, inner)), `${indent}</array>`];
  }
  const entries = Object.entries(value).flatMap(([key, item]) => [
    `${inner}<key>${escaped(key)}</key>`,
    ...element(item, inner),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`];
}

function isList(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  // XML has no way to say most of them, and a reader makes spaces of the rest.
  if (/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u.test(text)) {
    throw new ServiceError(
      `${JSON.stringify(text)} can't stand in a property list: there is a control character in it. Rename the folder, or change the variable.`,
    );
  }
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
