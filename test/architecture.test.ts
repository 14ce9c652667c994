/** The arrows between the folders, and what every source file keeps to. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ADAPTERS = ['claude', 'telegram', 'store', 'workspace', 'watch', 'control', 'service'];

/** Of concerns that all others share, as the files of src/ itself are. */
const SHARED = ['config', 'disk', 'log', 'loopback', 'words'];

/** Which parts each part may import besides itself. A part is a folder of src/, `shared`, or `machines`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machines: [],
  shared: ['machines'],
  ...Object.fromEntries(ADAPTERS.map((adapter) => [adapter, ['shared', 'machines']])),
  sandbox: ['shared', 'machines'],
  daemon: ['shared', 'machines', ...ADAPTERS],
  metrics: ['shared', 'machines', 'daemon', ...ADAPTERS],
  cli: ['shared', 'machines', 'daemon', 'metrics', 'sandbox', ...ADAPTERS],
  main: ['shared', 'machines', 'daemon', 'cli', ...ADAPTERS],
};

/** `src/store/ports.ts` is of `store`, `src/clock.ts` and `src/config/names.ts` of `shared`. */
function partOf(file: string): string {
  const [top = '', folder = '', ...rest] = file.split('/');
  if (top !== 'src') return top;
  if (rest.length > 0) return SHARED.includes(folder) ? 'shared' : folder;
  return folder === 'main.ts' ? 'main' : 'shared';
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** What is named in `import … from`, `export … from`, `import()` and the type `import('…')`. */
function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = moduleNameOf(node);
    if (name && ts.isStringLiteralLike(name)) found.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function moduleNameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isCall ? node.arguments[0] : undefined;
}

function wrongArrows(file: string, text: string): string[] {
  const part = partOf(file);
  return importsOf(parse(file, text))
    .filter((name) => !isAllowed(part, file, name))
    .map((name) => `${file} imports ${name}`);
}

function isAllowed(part: string, file: string, name: string): boolean {
  if (!name.startsWith('.')) return part !== 'machines' || name === 'xstate';
  const target = partOf(posix.join(posix.dirname(file), name));
  // The version is told by more than one part.
  if (target === 'package.json') return part !== 'machines';
  return target === part || (MAY_IMPORT[part] ?? []).includes(target);
}

/** Statements that do something, or keep something, when the file is imported. */
function actsOnImport(file: string, text: string): string[] {
  const source = parse(file, text);
  return source.statements
    .filter((statement) => !isDeclaration(statement) || awaits(statement))
    .map((statement) => {
      const line = source.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
      return `${file}:${line} acts on import or keeps state`;
    });
}

function isDeclaration(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) {
    const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    return isConstant && !statement.declarationList.declarations.some(isEmptyCollection);
  }
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isExportAssignment(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

/** `new Map()` at the top of a file is there to be filled. */
function isEmptyCollection({ initializer }: ts.VariableDeclaration): boolean {
  return (
    initializer !== undefined &&
    ts.isNewExpression(initializer) &&
    /^(Weak)?(Map|Set)$/.test(initializer.expression.getText()) &&
    (initializer.arguments ?? []).length === 0
  );
}

function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return ts.isAwaitExpression(node) || ts.forEachChild(node, (child) => awaits(child) || undefined) === true;
}

const DOC_COMMENT = /^(?:#!.*\n)?\/\*\*\s*\S/;

const files = ['machines', 'src']
  .flatMap((folder) =>
    readdirSync(posix.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(posix.join(ROOT, file), 'utf8') }));

describe('the sources', () => {
  it('have arrows that point one way: main → cli, daemon → adapters → machines', () => {
    expect(files.flatMap(({ file, text }) => wrongArrows(file, text))).toEqual([]);
  });

  it('do nothing when they are imported, and keep no state, but for src/main.ts', () => {
    const others = files.filter(({ file }) => file !== 'src/main.ts');
    expect(others.flatMap(({ file, text }) => actsOnImport(file, text))).toEqual([]);
  });

  it('begin with a comment that says what belongs in them', () => {
    expect(files.filter(({ text }) => !DOC_COMMENT.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('are in folders that this test knows', () => {
    expect(files.map(({ file }) => file).filter((file) => !(partOf(file) in MAY_IMPORT))).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });
});

describe('this test', () => {
  it.each([
    ['machines/a.machine.ts', "import { readFile } from 'node:fs';"],
    ['machines/a.machine.ts', "import type { Store } from '../src/store/ports.ts';"],
    ['src/store/a.ts', "import type { X } from '../telegram/ports.ts';"],
    ['src/store/deep/a.ts', "export * from '../../claude/ports.ts';"],
    ['src/watch/a.ts', "const x = await import('../daemon/daemon.ts');"],
    ['src/control/a.ts', "type X = import('../cli/start.ts').X;"],
    ['src/clock.ts', "import { x } from './store/ports.ts';"],
    ['src/daemon/a.ts', "import '../sandbox/sandbox.ts';"],
    ['src/cli/a.ts', "import '../main.ts';"],
    ['src/sandbox/a.ts', "import { startDaemon } from '../daemon/daemon.ts';"],
  ])('sees a wrong arrow in %s: %s', (file, text) => {
    expect(wrongArrows(file, text)).toHaveLength(1);
  });

  it.each([
    ['machines/a.machine.ts', "import { setup } from 'xstate'; import { x } from './b.ts';"],
    ['src/store/a.ts', "import { Low } from 'lowdb'; import { x } from '../clock.ts'; import './b.ts';"],
    [
      'src/store/deep/a.ts',
      "import type { R } from '../../../machines/session-record.ts'; import '../b.ts';",
    ],
    ['src/cli/program.ts', "import packageJson from '../../package.json' with { type: 'json' };"],
    ['src/cli/start.ts', "await import('../sandbox/sandbox.ts'); import '../daemon/daemon.ts';"],
  ])('sees nothing wrong in %s: %s', (file, text) => {
    expect(wrongArrows(file, text)).toEqual([]);
  });

  it.each([
    'start();',
    'await start();',
    'const x = await start();',
    'const { x } = { x: [await start()] };',
    'let count = 0;',
    'const cache = new Map<string, number>();',
    'if (process.argv[2]) { start(); }',
    'export const known = new WeakSet();',
  ])('sees what acts on import or keeps state: %s', (text) => {
    expect(actsOnImport('src/a.ts', text)).toEqual(['src/a.ts:1 acts on import or keeps state']);
  });

  it.each([
    'export const start = async () => { await go(); };',
    'async function start() { let x = await go(); return x; }',
    'class A { async b() { await c(); } }',
    'const NAMES = new Set(["a"]);',
    'export const machine = setup({}).createMachine({});',
    'export type { A } from "./b.ts"; export default function () {}',
  ])('sees nothing that acts in: %s', (text) => {
    expect(actsOnImport('src/a.ts', text)).toEqual([]);
  });
});
