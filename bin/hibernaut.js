#!/usr/bin/env node
// The command `hibernaut`. The node that finds it may be as old as 20, so this is plain JavaScript: it hands over to the
// runtime that package.json pins, which runs TypeScript as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

// 24.15: the first with both type stripping and node:sqlite without a warning.
if (major > 24 || (major === 24 && minor >= 15)) {
  await import(main);
} else if (existsSync(pinned)) {
  handOver();
} else {
  console.error(
    `Hibernaut needs Node 24.15 or newer; this is ${process.version}. Run "npm ci" in its folder, which brings one, or update Node.`,
  );
  process.exitCode = 78;
}

function handOver() {
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Cannot run ${pinned} (${error.message}). Run "npm ci" in Hibernaut's folder.`);
    process.exitCode = 78;
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}
