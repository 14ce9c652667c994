/** What a folder would run for a Claude that works there, as it is found before one does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookForUntrusted } from '../../../src/claude/trust/look.ts';
import { ruleKey } from '../../../src/claude/trust/settings-programs.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** A home, and a folder elsewhere with these files in it; what is no string becomes JSON. */
function aFolder(files: Record<string, unknown> = {}, below = '.') {
  const root = realpathSync(temporaryFolder());
  const [home, folder] = [join(root, 'home'), join(root, 'elsewhere')];
  mkdirSync(home);
  const workspace = join(folder, below);
  mkdirSync(workspace, { recursive: true });
  const put = (path: string, content: unknown): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  const environment: Record<string, string> = { HOME: home };
  const seen = new Set<string>();
  return {
    home,
    folder,
    environment,
    put,
    seen,
    look: (where = workspace) => lookForUntrusted(where, { environment, seen: () => seen }),
    /** As `kind name: words`. */
    async found(where = workspace): Promise<string[]> {
      const untrusted = await lookForUntrusted(where, { environment, seen: () => seen });
      return (untrusted?.programs ?? []).map(({ kind, name, words }) => `${kind} ${name}: ${words}`);
    },
  };
}

const HOOK = { SessionStart: [{ matcher: '*', hooks: [{ type: 'command', command: 'touch proof' }] }] };
const git = (cwd: string, ...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'ignore' });
};

describe('nobody is asked about', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an empty folder', {}],
    [
      'words for Claude',
      { 'CLAUDE.md': 'Be kind.', '.claude/rules/r.md': '!`ls`', '.claude/output-styles/o.md': 'Hi.' },
    ],
    [
      'settings that run nothing',
      { '.claude/settings.json': { model: 'opus', permissions: { deny: ['Bash'] } } },
    ],
    ['empty settings', { '.claude/settings.json': '', '.mcp.json': { mcpServers: {} } }],
    [
      'skills and commands that are words',
      {
        '.claude/skills/a/SKILL.md': '---\nname: a\ndescription: >\n  hooks: none\n---\nRun `ls`!',
        '.claude/skills/a/helper.js': 'const loud = `!`;',
        '.claude/commands/c.md': 'Say `hello`.',
        '.claude/agents/b.md': '---\nname: b\ntools: Bash\n---\nWork.',
      },
    ],
    ['a plugin that is switched off', { '.claude/settings.json': { enabledPlugins: { 'a@b': false } } }],
  ])('%s', async (_, files) => {
    expect(await aFolder(files).look()).toBeNull();
  });

  it('what the person has set for themselves, though a session works in their home', async () => {
    const { home, look } = aFolder();
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', 'settings.json'), JSON.stringify({ hooks: HOOK }));
    expect(await look(home)).toBeNull();
  });
});

describe('what is found', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['a hook', { '.claude/settings.json': { hooks: HOOK } }, ['hook SessionStart: touch proof']],
    [
      'a hook of a form that is not known',
      { '.claude/settings.json': { hooks: { Stop: 'x' } } },
      ['hook Stop: x'],
    ],
    ['a local hook', { '.claude/settings.local.json': { hooks: HOOK } }, ['hook SessionStart: touch proof']],
    ['helpers', { '.claude/settings.json': { apiKeyHelper: './key' } }, ['helper apiKeyHelper: ./key']],
    [
      'variables, without their values',
      { '.claude/settings.json': { env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } } },
      ['environment ANTHROPIC_BASE_URL: '],
    ],
    [
      'what needs no leave',
      {
        '.claude/settings.local.json': {
          permissions: { allow: ['Bash(ls)'], additionalDirectories: ['/etc'] },
        },
      },
      ['permission allow: Bash(ls)', 'permission folder: /etc'],
    ],
    [
      'plugins and where they come from',
      {
        '.claude/settings.json': {
          enabledPlugins: { 'a@b': true },
          extraKnownMarketplaces: { b: { source: { source: 'github', repo: 'x/y' } } },
        },
      },
      ['plugin a@b: ', 'plugin b: {"source":{"source":"github","repo":"x/y"}}'],
    ],
    ['a setting that nobody knows', { '.claude/settings.json': { turbo: [1] } }, ['setting turbo: [1]']],
    [
      'servers, and of their environment the names',
      { '.mcp.json': { mcpServers: { a: { command: 'node', args: ['s.js'], env: { TOKEN: 'secret' } } } } },
      ['server a: TOKEN=… node s.js'],
    ],
    [
      'servers elsewhere, and of their headers the names',
      { '.mcp.json': { mcpServers: { a: { type: 'http', url: 'http://x', headers: { Key: 'secret' } } } } },
      ['server a: {"headers":["Key"],"type":"http","url":"http://x"}'],
    ],
    [
      'a skill with hooks',
      { '.claude/skills/a/SKILL.md': '---\nname: a\nhooks:\n  Stop: []\n---\nHi.' },
      ['skill .claude/skills/a/SKILL.md: hooks:'],
    ],
    [
      'a skill whose head is written another way',
      { '.claude/skills/a/SKILL.md': '---\n"\\x68ooks": {}\n---\n' },
      ['skill .claude/skills/a/SKILL.md: "\\x68ooks": {}'],
    ],
    [
      'a command that runs one first',
      { '.claude/commands/deep/c.md': '---\ndescription: d\n---\nNow !`date`.' },
      ['skill .claude/commands/deep/c.md: Now !`date`.'],
    ],
    [
      'a sub-agent with servers',
      { '.claude/agents/a.md': '---\nname: a\nmcpServers:\n  - x\n---\n' },
      ['skill .claude/agents/a.md: mcpServers:'],
    ],
    [
      'what runs at a time',
      { '.claude/scheduled_tasks.json': { tasks: [] } },
      ['setting scheduled_tasks.json: .claude/scheduled_tasks.json'],
    ],
  ])('%s', async (_, files, found) => {
    expect(await aFolder(files).found()).toEqual(found);
  });

  it('is what Claude Code takes from the folders above: servers and skills of all, settings of the repository', async () => {
    const above = aFolder(
      {
        '.mcp.json': { mcpServers: { a: { command: 'x' } } },
        '.claude/skills/s/SKILL.md': '!`ls`',
        '.claude/settings.json': { hooks: HOOK },
      },
      'sub/deep',
    );
    const everywhere = ['server a: x', `skill ${join(above.folder, '.claude/skills/s/SKILL.md')}: !\`ls\``];
    expect(await above.found()).toEqual(everywhere);
    git(above.folder, 'init', '-q');
    expect(await above.found()).toEqual(['hook SessionStart: touch proof', ...everywhere]);
  });

  it('is all there is, the worst first; of more than a person reads they are told how many', async () => {
    const env = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`V${String(index)}`, '']));
    const many = aFolder({ '.claude/settings.json': { env, hooks: HOOK } });
    const found = await many.found();
    expect([found[0], found.length, found.at(-1)]).toEqual([
      'hook SessionStart: touch proof',
      101,
      'more 51: ',
    ]);
    const untrusted = await many.look();
    for (const { key } of untrusted?.programs ?? []) many.seen.add(key);
    expect(await many.look()).toBeNull();
  });

  it('is the same folder behind a link', async () => {
    const linked = aFolder({ '.claude/settings.json': { hooks: HOOK } });
    const link = join(linked.home, 'link');
    symlinkSync(linked.folder, link);
    expect(await linked.look(link)).toMatchObject({ folder: linked.folder });
  });
});

describe('what can not be looked at counts as something that runs', () => {
  it.each<[string, string, (path: string) => void]>([
    ['is no JSON', 'is not what it should be', (path) => writeFileSync(path, '{"hooks":')],
    [
      'is not what settings look like',
      'is not what it should be',
      (path) => writeFileSync(path, '{"hooks":1}'),
    ],
    ['is huge', 'is too large to be read', (path) => writeFileSync(path, ' '.repeat(2 ** 20 + 1))],
    ['is a pipe that nobody writes to', 'is no file', (path) => execFileSync('mkfifo', [path])],
    ['is a device that never ends', 'is no file', (path) => symlinkSync('/dev/zero', path)],
    ['leads back to itself', "can't be read (ELOOP)", (path) => symlinkSync(path, path)],
  ])('%s', async (_, why, make) => {
    const odd = aFolder({ '.claude/x': '' });
    make(join(odd.folder, '.claude', 'settings.json'));
    expect(await odd.found()).toEqual([`unreadable .claude/settings.json: ${why}`]);
  });

  it('holds more than can be looked at', async () => {
    const files = Array.from({ length: 1_001 }, (_, index) => [
      `.claude/commands/${String(index)}.md`,
      'Hi.',
    ]);
    const full = aFolder(Object.fromEntries(files) as Record<string, string>);
    expect(await full.found()).toEqual(['unreadable .claude/commands: holds too much to look at']);
  });
});

describe('a folder is trusted', () => {
  const FILES = {
    '.claude/settings.json': { hooks: HOOK },
    '.mcp.json': { mcpServers: { a: { command: 'x' } } },
  };
  const trustAtDesk = (home: string, ...folders: string[]): void => {
    const projects = Object.fromEntries(folders.map((folder) => [folder, { hasTrustDialogAccepted: true }]));
    writeFileSync(join(home, '.claude.json'), JSON.stringify({ projects }));
  };

  it('with what somebody has seen of it: what is new is asked about, and only that', async () => {
    const known = aFolder(FILES);
    for (const { key } of (await known.look())?.programs ?? []) known.seen.add(key);
    expect(await known.look()).toBeNull();
    known.put('.claude/settings.json', { hooks: HOOK, permissions: { allow: ['Bash(ls)'] } });
    expect(await known.found()).toEqual(['permission allow: Bash(ls)']);
    known.seen.add(ruleKey('Bash(ls)'));
    expect(await known.look()).toBeNull();
    known.put('.mcp.json', { mcpServers: { a: { command: 'x', env: { A: '1' } } } });
    expect(await known.found()).toEqual(['server a: A=… x']);
  });

  it('if a person has trusted it, or one above it, in Claude Code itself', async () => {
    const known = aFolder(FILES, 'sub');
    trustAtDesk(known.home, join(known.folder, 'other'), join(known.folder, 's'));
    expect(await known.look()).not.toBeNull();
    trustAtDesk(known.home, known.folder);
    expect(await known.look()).toBeNull();
  });

  it('by nothing above its repository', async () => {
    const repository = aFolder(FILES);
    git(repository.folder, 'init', '-q');
    trustAtDesk(repository.home, dirname(repository.folder));
    expect(await repository.look()).not.toBeNull();
    trustAtDesk(repository.home, repository.folder);
    expect(await repository.look()).toBeNull();
  });

  it('as the main checkout of its worktree is, if that knows it', async () => {
    const main = aFolder(FILES);
    git(main.folder, 'init', '-q');
    git(main.folder, 'add', '.');
    git(main.folder, 'commit', '-qm', 'x');
    const tree = join(dirname(main.folder), 'tree');
    git(main.folder, 'worktree', 'add', '-q', tree);
    expect(await main.look(tree)).not.toBeNull();
    trustAtDesk(main.home, main.folder);
    expect(await main.look(tree)).toBeNull();
    const liar = aFolder({ ...FILES, '.git': `gitdir: ${join(main.folder, '.git/worktrees/tree')}\n` });
    trustAtDesk(liar.home, main.folder);
    expect(await liar.look()).not.toBeNull();
  });

  it('where `CLAUDE_CONFIG_DIR` says that it is kept', async () => {
    const known = aFolder(FILES);
    known.environment['CLAUDE_CONFIG_DIR'] = join(known.home, 'config');
    mkdirSync(join(known.home, 'config'));
    trustAtDesk(known.home, known.folder);
    expect(await known.look()).not.toBeNull();
    trustAtDesk(join(known.home, 'config'), known.folder);
    expect(await known.look()).toBeNull();
  });
});
