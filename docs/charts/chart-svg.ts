/**
 * A chart as a picture: laid out by state-machine-cat, and marked with what each shape stands for (svg-marks.ts). The same
 * chart gives the same picture, byte for byte. Loaded by `npm run pictures` and tests, never by the daemon.
 */
import { render, type IState, type IStateMachine } from 'state-machine-cat';
import type { ChartState, ChartTrigger, MachineChart } from './machine-chart.ts';
import { markedSvg, START } from './svg-marks.ts';

/** A longer label hides what it lies on. All of it is in the transition's title. */
const LABEL_LINES = 3;

/** @param title of the picture, for who can't see it */
export async function chartSvg(chart: MachineChart, title: string): Promise<string> {
  const drawn = await render(stateMachine(chart), {
    inputType: 'json',
    // Graphviz as WebAssembly: `svg` would be drawn by the one installed on the machine, if there is one, and differ.
    outputType: 'oldsvg',
    direction: 'left-right',
    dotGraphAttrs: [
      { name: 'bgcolor', value: 'transparent' },
      { name: 'nodesep', value: '0.16' },
      { name: 'ranksep', value: '0.3' },
    ],
    dotNodeAttrs: [{ name: 'fontsize', value: '13' }],
    dotEdgeAttrs: [{ name: 'fontsize', value: '10' }],
  });
  return markedSvg(drawn, chart, title);
}

function stateMachine({ root, edges }: MachineChart): IStateMachine {
  return {
    states: statesIn(root),
    transitions: [
      ...edges.map(({ from, to, triggers }) => ({ from, to, label: labelOf(triggers) })),
      ...starts(root),
    ].map((transition, index) => ({ ...transition, id: index + 1, class: `edge-${String(index)}` })),
  };
}

function statesIn({ id, initial, states }: ChartState): IState[] {
  const start: IState[] = initial === null ? [] : [{ name: `${id}${START}`, type: 'initial' }];
  return [...start, ...states.map(drawnState)];
}

/** A final state is drawn as the others are, by the name that people know it by. */
function drawnState(state: ChartState): IState {
  return {
    name: state.id,
    type: 'regular',
    label: wordsOf(state.name),
    ...(state.states.length > 0 && { statemachine: { states: statesIn(state) } }),
  };
}

/** Where each state begins that has states. */
function starts({ id, initial, states }: ChartState): { from: string; to: string }[] {
  const own = initial === null ? [] : [{ from: `${id}${START}`, to: initial }];
  return [...own, ...states.flatMap(starts)];
}

/** `awaitingApproval`: awaiting approval. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The guard stands below its event: names are long, and a wide picture is a small one. */
function labelOf(triggers: readonly ChartTrigger[]): string {
  const texts = triggers
    .toSorted(byClock)
    .map(({ event, guard }) => [event, guard === null ? '' : `[${guard}]`].filter((line) => line !== ''));
  if (texts.flat().length <= LABEL_LINES) return texts.flat().join('\n');
  const [first = []] = texts;
  return [...first, `and ${String(texts.length - 1)} more`].join('\n');
}

/** What the clock does comes first: the page counts it down there. */
function byClock(one: ChartTrigger, other: ChartTrigger): number {
  return Number(other.event.startsWith('after ')) - Number(one.event.startsWith('after '));
}
