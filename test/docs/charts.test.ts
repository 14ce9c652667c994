/** The pictures of the machines: they show all of each machine, nothing else, and are those in the repository. */
import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { createMachine, and, not } from 'xstate';
import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../docs/charts/chart-svg.ts';
import { allStates, eventName, machineChart } from '../../docs/charts/machine-chart.ts';
import { machineConfig } from '../../docs/charts/machine-config.ts';
import { chartFiles, MACHINES, ROOT } from '../../docs/charts/pictures.ts';

function nodesIn(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).flatMap((child) => [child, ...nodesIn(child)]);
}

const idOf = (node: AnyStateNode): string => node.path.join('.');
const machines = Object.entries(MACHINES).map(([name, { machine }]) => ({ name, machine }));

describe('the chart of a machine', () => {
  it('there is one of every machine in machines/', () => {
    const files = readdirSync(new URL('machines/', ROOT)).filter((file) => file.endsWith('.machine.ts'));
    expect(Object.keys(MACHINES).toSorted()).toEqual(
      files.map((file) => file.replace('.machine.ts', '')).toSorted(),
    );
  });

  it.each(machines)('$name: has every state, and every event where it leads', ({ machine }) => {
    const chart = machineChart(machine);
    const states = new Map(allStates(chart.root).map((state) => [state.id, state]));
    expect([...states.keys()]).toEqual(nodesIn(machine.root).map(idOf));
    const untold = [machine.root, ...nodesIn(machine.root)].flatMap((node) =>
      [...node.transitions, ['', node.always ?? []] as const].flatMap(([type, transitions]) =>
        transitions
          .filter(({ target = [] }) => {
            const state = node === machine.root ? chart.root : states.get(idOf(node));
            const isStay = state?.stays.some(({ event }) => event === eventName(type));
            const leads = target.every((to) =>
              chart.edges.some(
                (edge) =>
                  edge.from === idOf(node) &&
                  edge.to === idOf(to) &&
                  edge.triggers.some(({ event }) => event === eventName(type)),
              ),
            );
            return !isStay && !(target.length > 0 && leads);
          })
          .map(() => `${idOf(node)}: ${type}`),
      ),
    );
    expect(untold).toEqual([]);
  });

  it('names guards that are made of others', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          on: {
            go: [
              { guard: and(['isOne', not('isTwo')]), target: 'b' },
              { guard: () => true, target: 'b' },
            ],
          },
        },
        b: { type: 'final' },
      },
    });
    expect(machineChart(machine).edges).toEqual([
      {
        from: 'a',
        to: 'b',
        triggers: [
          { event: 'go', guard: 'isOne and not isTwo' },
          { event: 'go', guard: 'a condition' },
        ],
      },
    ]);
  });

  it.each(machines)(
    '$name: the picture has a shape for each state and an arrow for each way',
    async ({ machine }) => {
      const chart = machineChart(machine);
      const svg = await chartSvg(chart, 'What it shows');
      const marks = (mark: RegExp): string[] => [...svg.matchAll(mark)].map(([, ...ids]) => ids.join('>'));
      expect(marks(/data-state="([^"]*)"/g).toSorted()).toEqual(
        allStates(chart.root)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(marks(/data-from="([^"]*)" data-to="([^"]*)"/g).toSorted()).toEqual(
        chart.edges.map(({ from, to }) => `${from}>${to}`).toSorted(),
      );
      expect(svg).toContain('>What it shows</title>');
    },
  );

  it('shows nothing of the context, the input and the parameters', async () => {
    const secret = 'secretword';
    const machine = createMachine({
      id: 'm',
      context: { secret },
      initial: 'a',
      states: {
        a: {
          entry: { type: 'note', params: { secret } },
          invoke: { src: 'work', input: { secret } },
          on: { go: { guard: { type: 'isOpen', params: { secret } }, target: 'b' } },
          meta: { secret },
          description: secret,
        },
        b: {},
      },
    });
    for (const shown of [
      await chartSvg(machineChart(machine), 'x'),
      JSON.stringify(machineConfig(machine)),
    ]) {
      expect(shown).toContain('isOpen');
      expect(shown).not.toContain(secret);
    }
  });

  it.each(machines)('$name: what an editor can open is a machine with the same chart', ({ machine }) => {
    const config = JSON.parse(JSON.stringify(machineConfig(machine))) as ReturnType<typeof machineConfig>;
    const chartOf = (of: AnyStateMachine) => {
      const { root, edges } = machineChart(of);
      return { states: allStates(root), edges: edges.map((edge) => JSON.stringify(edge)).toSorted() };
    };
    expect(chartOf(createMachine(config as Parameters<typeof createMachine>[0]))).toEqual(chartOf(machine));
  });

  it('the files in the repository are drawn from the machines as they are: else run "npm run pictures"', async () => {
    const files = await chartFiles();
    const stale: string[] = [];
    for (const [path, content] of files) {
      const there = await readFile(new URL(path, ROOT), 'utf8').catch(() => '');
      if (there !== content) stale.push(path);
    }
    expect(stale).toEqual([]);
  });
});
