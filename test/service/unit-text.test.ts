/** What the unit says. That systemd understands it is for `npm run check:units`. */
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/service/facts.ts';
import { allowsSudo, quoted, unitText, writtenIn } from '../../src/service/unit-text.ts';
import { someFacts } from './some-facts.ts';

function lines(over: Parameters<typeof someFacts>[0] = {}): string[] {
  return unitText(someFacts(over)).split('\n');
}

describe('a unit', () => {
  it('runs the program with its own Node and its env file, and has no setting in it', () => {
    expect(lines()).toContain(
      'ExecStart="/usr/bin/node" "/usr/lib/node_modules/hibernaut/bin/hibernaut.js" "start"',
    );
    expect(lines().filter((line) => line.startsWith('Environment='))).toEqual([
      'Environment="HIBERNAUT_ENV_FILE=/home/anna/.config/hibernaut/hibernaut.env"',
      'Environment="PATH=/usr/local/bin:/usr/bin:/bin"',
    ]);
  });

  it('is not started again for what a restart does not mend', () => {
    expect(lines()).toContain('Restart=on-failure');
    expect(lines()).toContain('RestartPreventExitStatus=75 78');
  });

  it('is given the time that its running turns may take, and what ending them takes', () => {
    expect(lines()).toContain('KillMode=mixed');
    expect(lines()).toContain('TimeoutStopSec=390s');
    expect(lines({ drainMs: 3_600_000 })).toContain('TimeoutStopSec=3690s');
  });

  it("is a person's own, or the whole machine's for one user", () => {
    expect(lines()).toContain('WantedBy=default.target');
    expect(lines().join()).not.toMatch(/User=|CapabilityBoundingSet|network-online/);
    const system = lines({ systemUser: 'anna' });
    for (const line of ['User=anna', 'WantedBy=multi-user.target', 'CapabilityBoundingSet=']) {
      expect(system).toContain(line);
    }
  });

  it('waits for no word of a daemon that can not say one', () => {
    expect(lines()).toContain('Type=notify');
    expect(lines({ canNotify: false })).toContain('Type=exec');
    expect(lines({ canNotify: false }).join()).not.toMatch(/Watchdog|notify/i);
  });

  it.each([null, 'anna'])('can let sudo work, and knows again that it does (user %s)', (systemUser) => {
    expect(allowsSudo(unitText(someFacts({ systemUser })))).toBe(false);
    const open = unitText(someFacts({ systemUser, allowSudo: true }));
    expect(allowsSudo(open)).toBe(true);
    // Each of these would switch NoNewPrivileges on by itself.
    expect(open).not.toMatch(/SystemCall|Restrict|Protect|Lock|Capability/);
  });

  it('is begun with a colon only where a dollar needs it', () => {
    const found = lines({ node: '/opt/$HOME/node' }).find((line) => line.startsWith('ExecStart='));
    expect(found).toMatch(/^ExecStart=:"\/opt\/\$HOME\/node" /);
  });

  it.each(['a\nExecStartPre=/bin/evil', 'a\rb', 'a\tb', 'a\u0000b', 'a\u0085b'])('refuses %j', (text) => {
    expect(() => unitText(someFacts({ script: `/opt/${text}` }))).toThrow(ServiceError);
    expect(() => unitText(someFacts({ environment: { PATH: text } }))).toThrow(/control character/);
  });

  it.each(['quo"te', "it's", 'back\\slash'])('runs no Node in a folder that systemd refuses: %s', (name) => {
    expect(() => unitText(someFacts({ node: `/${name}/node` }))).toThrow(/another folder/);
    expect(unitText(someFacts({ script: `/${name}/hibernaut.js` }))).toContain(
      'ExecStart="/usr/bin/node" "/',
    );
  });

  it.each(['', 'an na', '%u', '$x', '-x', 'a\nb', "a'b"])('refuses the user name %j', (systemUser) => {
    expect(() => unitText(someFacts({ systemUser }))).toThrow(/no user's name/);
  });
});

it.each([
  ['/a b', '"/a b"'],
  ['100%', '"100%%"'],
  ['say "hi"', String.raw`"say \"hi\""`],
  [String.raw`C:\n`, String.raw`"C:\\n"`],
  ["it's $HOME; `x` #y", '"it\'s $HOME; `x` #y"'],
])('quotes %j as %s', (text, word) => {
  expect(quoted(text)).toBe(word);
});

it('reads back what it has written', () => {
  const environment = { PATH: '/a b/"%s"\\x:/usr/bin', LANG: 'de_DE.UTF-8' };
  const facts = someFacts({ systemUser: 'anna', environment, envFile: '/etc/100%/it.env' });
  expect(writtenIn(unitText(facts))).toEqual({
    environment: { HIBERNAUT_ENV_FILE: '/etc/100%/it.env', ...environment },
    user: 'anna',
  });
});
