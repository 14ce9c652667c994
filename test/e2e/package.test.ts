/** What `npm pack` makes, installed as a user does (`npm i -g`, into an empty prefix, offline), on the oldest Node that it promises. */
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { AS_NODE_20, NODE_22, olderNodes } from '../helpers/nodes.ts';
import { npmEnvironment, packInto, registryForUsers, ROOT } from '../helpers/package.ts';
import { startProgram } from '../helpers/program.ts';
import { temporaryFolderOfGroup } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

const folder = temporaryFolderOfGroup();
const prefix = join(folder, 'prefix');
const installed = join(prefix, 'lib/node_modules/hibernaut');
const bin = join(prefix, 'bin/hibernaut');

async function install(tarball: string): Promise<void> {
  const registry = await registryForUsers();
  try {
    await execa('npm', ['install', '--global', '--prefix', prefix, tarball], {
      extendEnv: false,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        ...npmEnvironment(folder, registry.url),
      },
    });
  } finally {
    await registry.close();
  }
}

beforeAll(async () => {
  await install(await packInto(folder));
  // npm writes 470 MB, which takes minutes where ten others write, too.
}, 300_000);

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

describe('the package', () => {
  it('carries the compiled program with its types, what it serves, and what to read; and nothing else', async () => {
    const files = (await filesIn(installed)).filter((file) => !file.startsWith('node_modules/'));
    const tops = new Set(files.map((file) => file.split('/')[0]));
    expect([...tops].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json'].sort(),
    );
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    for (const source of await filesIn(join(ROOT, 'src'))) {
      const isTypes = source.endsWith('.d.ts');
      const compiled = isTypes ? source : source.replace(/\.ts$/, '.js');
      const types = isTypes ? source : source.replace(/\.ts$/, '.d.ts');
      expect(files).toContain(`dist/src/${compiled}`);
      expect(files).toContain(`dist/src/${types}`);
    }
  });

  it('names no module by its TypeScript', async () => {
    for (const file of (await filesIn(join(installed, 'dist'))).filter((name) => name.endsWith('.js'))) {
      expect(await readFile(join(installed, 'dist', file), 'utf8'), file).not.toMatch(
        /['"]\.\.?\/[^'"\s]*\.ts['"]/,
      );
    }
  });

  it('brings its users nothing that only the tests need', async () => {
    const brought = await readdir(join(installed, 'node_modules'));
    expect(brought).toContain('grammy');
    for (const name of ['@prebuilt-tdlib', 'hibernaut-test-tools', 'node', 'typescript', 'vitest']) {
      expect(brought).not.toContain(name);
    }
  });
});

const promised: [string, string][] = [
  ['Node 22.18', NODE_22],
  ['the Node of the tests', process.execPath],
];

describe.each(promised)('on %s, the command', (_, node) => {
  it.each([
    ['--version', `${packageJson.version}\n`],
    ['--help', 'Usage: hibernaut'],
    ['status', 'No daemon'],
  ])('says for %s what it should, and no warning', async (argument, said) => {
    const run = await execa(bin, [argument], {
      extendEnv: false,
      env: { PATH: `${dirname(node)}:/usr/bin:/bin`, HOME: folder, XDG_STATE_HOME: join(folder, 'state') },
      stripFinalNewline: false,
    });
    expect(run.stdout).toContain(said);
    expect(run.stderr).toBe('');
  });
});

describe('on Node 22.18, the daemon', () => {
  it('answers with the real Claude Code, leaves nothing when it is killed, goes on, and stops', async () => {
    const program = await startProgram({ HIBERNAUT_INSPECT: '1' }, { main: bin, node: NODE_22 });
    try {
      await program.ask('remember the quiet harbour', /I will remember/);
      const [, inspector] = /"url":"([^"]+)","msg":"inspector.listening"/.exec(program.log()) ?? [];
      expect(await (await fetch(String(inspector))).text()).toContain('<script>');
      await program.sessionIs('idle');

      await program.kill();
      await expect.poll(() => program.claudeProcesses()).toEqual([]);
      await program.start();
      await program.ask('what did I say?', /quiet harbour/);
      // Conversations are read in a thread of their own.
      await program.ask('/fork aside', /aside goes on from here/);
      expect(await program.stop()).toBe(0);
      const lines = program.log().trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    } finally {
      await program.close();
    }
  });
});

describe('on Node 22.18, the sandbox', () => {
  it('serves its page, and ends with its daemon', async () => {
    const sandbox = execa(NODE_22, [bin, 'start'], {
      extendEnv: false,
      env: { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), HIBERNAUT_HTTP: 'off' },
      reject: false,
    });
    let printed = '';
    createInterface(sandbox.stdout).on('line', (line) => (printed += `${line}\n`));
    const address = await until(
      'the address',
      () => /http:\S+/.exec(printed)?.[0] ?? '',
      (found) => found !== '',
    );
    expect(await (await fetch(address)).text()).toContain('page.js');
    await until(
      'its daemon to serve',
      () =>
        execa(NODE_22, [bin, 'status'], { extendEnv: false, env: { PATH: '', HOME: join(folder, 'home') } }),
      ({ stdout, stderr }) => stderr.includes('sandbox') && stdout.includes('serving'),
    );
    sandbox.kill('SIGTERM');
    const { exitCode, stderr } = await sandbox;
    expect(exitCode).toBe(0);
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
  });
});

const tooOld: [string, string, string[]][] = [
  ['a Node that says it is 20', process.execPath, ['--import', AS_NODE_20]],
  ...olderNodes().map(([version, path]): [string, string, string[]] => [version, path, []]),
];

it.each(tooOld)('says on %s which Node it wants, and exits with 78', async (_, node, options) => {
  const run = await execa(node, [...options, bin, 'start'], { reject: false, env: { HOME: tmpdir() } });
  expect(run.exitCode).toBe(78);
  expect(run.stderr).toMatch(/^Hibernaut needs Node 22\.18 or newer; this is v\d+\./);
  expect(run.stderr).not.toContain('    at ');
});
