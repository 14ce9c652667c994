/** The property list of launchd's agent, as a parser of such lists reads it: Python's. */
import fc from 'fast-check';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { environmentIn, plistText } from '../../src/service/plist-text.ts';
import { someFacts } from './some-facts.ts';

const PARSE =
  'import json, plistlib, sys; print(json.dumps([plistlib.loads(t.encode()) for t in json.load(sys.stdin)]))';

async function parsed(texts: readonly string[]): Promise<unknown[]> {
  const { stdout } = await execa('python3', ['-c', PARSE], { input: JSON.stringify(texts) });
  return JSON.parse(stdout) as unknown[];
}

it('starts the daemon at login and after a failure, tells it who started it, and gives a stop its time', async () => {
  const [agent] = await parsed([plistText(someFacts({ home: '/Users/anna' }))]);
  expect(agent).toEqual({
    Label: 'hibernaut',
    ProgramArguments: ['/usr/bin/node', '/usr/lib/node_modules/hibernaut/bin/hibernaut.js', 'start'],
    EnvironmentVariables: {
      LAUNCHD: '1',
      HIBERNAUT_ENV_FILE: '/home/anna/.config/hibernaut/hibernaut.env',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
    WorkingDirectory: '/Users/anna',
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 390,
    ProcessType: 'Interactive',
    StandardOutPath: '/Users/anna/Library/Logs/hibernaut/hibernaut.log',
    StandardErrorPath: '/Users/anna/Library/Logs/hibernaut/hibernaut.log',
  });
});

it('says whatever a path is called, and is read back', async () => {
  const pathLike = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => !/\p{Cc}|[\uFFFE\uFFFF]/u.test(text));
  const hostile = fc.oneof(
    pathLike,
    fc.constantFrom('&amp;', '</string>', ']]>', '<!--', '"\'&<>', ' lead', '&#10;'),
  );
  const paths = fc.sample(hostile, 300).map((text) => `/${text}/x`);
  const lists = paths.map((envFile) => plistText(someFacts({ envFile })));
  const read = (await parsed(lists)) as { EnvironmentVariables: Record<string, string> }[];
  expect(read.map((agent) => agent.EnvironmentVariables['HIBERNAUT_ENV_FILE'])).toEqual(paths);
  expect(lists.map((list) => environmentIn(list)['HIBERNAUT_ENV_FILE'])).toEqual(paths);
});

it.each(['a\nb', 'a\u0000b', 'a\ud800b', 'a\uffffb'])('refuses %j', (text) => {
  expect(() => plistText(someFacts({ script: `/${text}` }))).toThrow(/control character/);
});
