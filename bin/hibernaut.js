#!/usr/bin/env node
// The command `hibernaut`, of a checkout and of the installed package. Plain JavaScript for a Node as old as 16, so that
// it can say which one is needed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const source = pathOf('../src/main.ts');
const compiled = pathOf('../dist/src/main.js');
const pinned = pathOf('../node_modules/node/bin/node');

// The package carries no sources. A checkout may carry what it was compiled to, too, of whatever day.
if (existsSync(source)) runCheckout();
else if (isNode(22, 18)) import(compiled);
else {
  refuse(
    'Hibernaut needs Node 22.18 or newer; this is ' +
      `${process.version} (${process.execPath}). Install a newer Node, then install Hibernaut again with it.`,
  );
}

function runCheckout() {
  // 24.15: the first with both type stripping and node:sqlite without a warning.
  if (isNode(24, 15)) import(source);
  else if (existsSync(pinned)) handOver();
  else {
    refuse(
      `This checkout of Hibernaut needs Node 24.15 or newer; this is ${process.version}. ` +
        'Run "npm ci" in its folder, which brings one, or update Node.',
    );
  }
}

function handOver() {
  const child = spawn(pinned, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    refuse(`Cannot run ${pinned} (${error.message}). Run "npm ci" in Hibernaut's folder.`);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}

/** Whether this Node is of that version, or newer. */
function isNode(wantedMajor, wantedMinor) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function pathOf(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** Ends with the exit code for "somebody has to change something first". */
function refuse(why) {
  console.error(why);
  process.exitCode = 78;
}
