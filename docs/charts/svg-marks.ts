/**
 * Graphviz's drawing made ours: no colours or fonts, so that a style sheet decides, and at each shape what it stands for:
 * `data-state`, or `data-from`, `data-to` and, where time does it, `data-after`. Titles tell what is too long for a label.
 */
import {
  allStates,
  type ChartEdge,
  type ChartState,
  type MachineChart,
  triggerText,
} from './machine-chart.ts';

/** Behind the name of a state: the point where it begins, if it has states. No name holds it. */
export const START = '>';

/** `<g id="node2" class="node state regular"><title>boot</title> … </g>`; no group of a shape holds another. */
const GROUP =
  /<g id="(?:node|edge|clust)\d+"(?: class="([^"]*)")?>\n<title>([^<]*)<\/title>\n([\s\S]*?)<\/g>\n/g;

/** @param svg as Graphviz draws it */
export function markedSvg(svg: string, chart: MachineChart, title: string): string {
  const states = new Map(allStates(chart.root).map((state) => [state.id, state]));
  const body = svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(GROUP, (_, classes: string | undefined, name: string, shapes: string) =>
      markedGroup(plain(classes ?? ''), plain(name), bare(shapes), chart.edges, states),
    )
    .replace(/<svg[\s\S]*?>\n<g [^>]*class="graph" (transform="[^"]*")>\n<title>[^<]*<\/title>\n/, '$1\n');
  const [transform = '', ...lines] = body.split('\n');
  const size = /viewBox="([^"]*)"/.exec(svg)?.[1] ?? '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="${size}" role="img" aria-labelledby="chart-title-${chart.id}">`,
    `<title id="chart-title-${chart.id}">${escaped(title)}</title>`,
    `<g class="drawing" ${transform}>`,
    ...lines,
  ].join('\n');
}

function markedGroup(
  classes: string,
  name: string,
  shapes: string,
  edges: readonly ChartEdge[],
  states: ReadonlyMap<string, ChartState>,
): string {
  const edge = /(?:^| )edge-(\d+)$/.exec(classes)?.[1];
  if (edge !== undefined) return edgeGroup(edges[Number(edge)], shapes);
  const isCluster = name.startsWith('cluster_');
  const state = states.get(isCluster ? name.slice('cluster_'.length) : name);
  if (name.endsWith(START)) return `<g class="start">\n${shapes}</g>\n`;
  // Where arrows to a state with states end; its box is the cluster.
  if (!state || (state.states.length > 0 && !isCluster)) return '';
  const kind = isCluster ? 'state parent' : state.kind === 'final' ? 'state final' : 'state';
  return `<g class="${kind}" data-state="${state.id}">\n<title>${escaped(stateTitle(state))}</title>\n${centred(shapes)}</g>\n`;
}

/** Without an edge of the chart: from the point where a state begins. */
function edgeGroup(edge: ChartEdge | undefined, shapes: string): string {
  if (!edge) return `<g class="edge begin">\n${shapes}</g>\n`;
  const { from, to, triggers } = edge;
  const delays = triggers.flatMap(({ event }) => /^after (\w+)$/.exec(event)?.[1] ?? []);
  const after = delays.length === 0 ? '' : ` data-after="${delays.join(' ')}"`;
  const title = [`${from} → ${to}`, ...triggers.map((trigger) => triggerText(trigger) || 'at once')].join(
    '\n',
  );
  return `<g class="edge" data-from="${from}" data-to="${to}"${after}>\n<title>${escaped(title)}</title>\n${shapes}</g>\n`;
}

function stateTitle({ id, invokes, stays }: ChartState): string {
  const runs = invokes.length === 0 ? [] : [`runs ${invokes.join(', ')}`];
  const taken = stays.length === 0 ? [] : [`takes and stays: ${stays.map(triggerText).join(', ')}`];
  return [id, ...runs, ...taken].join('\n');
}

/** The name over its box, and in the middle: how wide it is depends on the fonts of who reads. */
function centred(shapes: string): string {
  const across = [...shapes.matchAll(/[ "MC](-?[\d.]+),-?[\d.]+/g)].map(([, x]) => Number(x));
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  const text = /<text x="[^"]*"(.*?<\/text>\n)/.exec(shapes);
  if (!text) return shapes;
  const x = String(Math.round(middle * 100) / 100);
  return `${shapes.replace(text[0], '')}<text text-anchor="middle" x="${x}"${text[1] ?? ''}`;
}

function bare(shapes: string): string {
  return shapes
    .replace(/<polygon fill="#ffffff" fill-opacity="[^"]*" stroke="none"[^>]*\/>\n/g, '')
    .replace(/ (?:stroke|stroke-width|font-family|font-size|xml:space|text-anchor)="[^"]*"/g, '')
    .replace(/ fill="black"/g, '')
    .replace(/(?: |&#160;)+<\/text>/g, '</text>')
    .replace(/<text [^>]*><\/text>\n/g, '');
}

/** Of a name as Graphviz writes it. */
function plain(text: string): string {
  return text.replaceAll('&#45;', '-').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
