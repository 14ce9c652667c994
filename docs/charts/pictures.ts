/** The charts of all machines as files: those that the live page lights, and those that README and docs show. */
import { readFile } from 'node:fs/promises';
import type { AnyStateMachine } from 'xstate';
import { daemonMachine } from '../../machines/daemon.machine.ts';
import { ownerNoticeMachine } from '../../machines/owner-notice.machine.ts';
import { pollerMachine } from '../../machines/poller.machine.ts';
import { sessionMachine } from '../../machines/session.machine.ts';
import { chartSvg } from './chart-svg.ts';
import { format } from 'prettier';
import { machineChart } from './machine-chart.ts';
import { machineConfig } from './machine-config.ts';

export const ROOT = new URL('../../', import.meta.url);
const STYLE = 'src/watch/page/chart.css';

/** As their files in machines/ are named. */
export const MACHINES: Readonly<Record<string, { machine: AnyStateMachine; title: string }>> = {
  session: {
    machine: sessionMachine,
    title:
      'The statechart of a session: suspended, live (active, idle, stopping), terminated, and what lies between',
  },
  poller: {
    machine: pollerMachine,
    title: 'The statechart of receiving updates: polling, backing off, displaced by another poller, stopped',
  },
  daemon: {
    machine: daemonMachine,
    title: 'The statechart of the daemon: starting, serving, draining, stopped',
  },
  'owner-notice': {
    machine: ownerNoticeMachine,
    title: 'The statechart of what the owner is told of a trouble: fine, unsaid, told, known',
  },
};

/** @returns what each file holds, by its path in the repository */
export async function chartFiles(): Promise<ReadonlyMap<string, string>> {
  const style = await readFile(new URL(STYLE, ROOT), 'utf8');
  const files = new Map<string, string>();
  for (const [name, { machine, title }] of Object.entries(MACHINES)) {
    const svg = await chartSvg(machineChart(machine), title);
    // The page's policy lets no style in but that of its own files, and a picture alone has no other.
    files.set(`src/watch/page/charts/${name}.svg`, svg);
    files.set(`docs/pictures/machines/${name}.svg`, withStyle(svg, style));
    const config = JSON.stringify(machineConfig(machine));
    files.set(
      `docs/pictures/machines/${name}.json`,
      await format(config, { parser: 'json', printWidth: 110, objectWrap: 'collapse' }),
    );
  }
  return files;
}

function withStyle(svg: string, style: string): string {
  return svg.replace('<g class="drawing"', () => `<style>\n${style}</style>\n<g class="drawing"`);
}
