/** What the live message of a turn says about it, and the line that is left of it. */
import { formatDuration } from '../../words/duration.ts';
import type { ShownProgress } from '../ports.ts';
import { concat, italic, join, plain, quote, rich, type RichText } from '../render/rich-text.ts';
import { counted, dollars } from './amounts.ts';
import { words } from './others-words.ts';

type Tool = ShownProgress['tools']['latest'][number];

/** On the button, and in the toast after a tap. */
export const STOP_LABEL = 'Stop';
export const STOPPING_TOAST = 'Stopping.';
export const TURN_OVER_TOAST = 'That turn is over. /stop interrupts what runs now.';

const TOOL_MARKS = { running: '▸', done: '✓', failed: '✗' } as const;
const TODO_MARKS = { open: '☐', doing: '▸', done: '☑' } as const;

/** Lines of one kind that a phone's screen has room for. */
const TODOS_SHOWN = 10;
const AGENTS_SHOWN = 5;
const TOOLS_SHOWN = 12;
const THOUGHT_SHOWN = 600;

/** What Claude does right now, in a line. */
export function activityText({ phase, thought, text, tools }: ShownProgress): RichText {
  if (phase === 'waiting') return italic('Waiting for your answer');
  if (phase === 'stopping') return italic('Stopping…');
  const running = tools.latest.findLast(({ state }) => state === 'running');
  if (running) return toolText(running);
  if (thought !== null) return italic('Thinking…');
  return italic(text === '' ? 'Working…' : 'Writing…');
}

/** The call in a line of its own, by its words. */
function toolText({ words: name, state }: Tool): RichText {
  return rich`${TOOL_MARKS[state]} ${italic(words(name))}`;
}

/** The last calls, a line each. Empty without any. */
export function toolLines({ tools }: ShownProgress): RichText[] {
  const shown = tools.latest.slice(-TOOLS_SHOWN);
  const earlier = tools.count - shown.length;
  return [
    ...(earlier > 0 ? [rich`… ${counted(earlier, 'earlier tool', 'earlier tools')}`] : []),
    ...shown.map(toolText),
  ];
}

/** The list of what is to be done, with its ticks; of a long one the part where Claude is. Empty without one. */
export function todoLines({ todos }: ShownProgress): RichText[] {
  const lines = todos.map(({ words: item, state }) => rich`${TODO_MARKS[state]} ${words(item)}`);
  if (lines.length <= TODOS_SHOWN) return lines;
  const isOpen = todos.map(({ state }) => state !== 'done');
  // One that is done stays in sight, so that it is seen to be.
  const from = Math.min(Math.max(0, isOpen.indexOf(true) - 1), lines.length - TODOS_SHOWN);
  const before = isOpen.every((open) => !open) ? lines.length - TODOS_SHOWN : from;
  const after = lines.length - TODOS_SHOWN - before;
  return [
    ...(before > 0 ? [rich`… ${String(before)} before`] : []),
    ...lines.slice(before, before + TODOS_SHOWN),
    ...(after > 0 ? [rich`… ${String(after)} more`] : []),
  ];
}

/** How many sub-agents work, and at what. Empty without any. */
export function agentLines({ agents }: ShownProgress): RichText[] {
  if (agents.length === 0) return [];
  const lines = agents.slice(0, AGENTS_SHOWN).map(({ task, doing }) => {
    return doing === null ? rich`• ${words(task)}` : rich`• ${words(task)} – ${italic(words(doing))}`;
  });
  const rest = agents.length - lines.length;
  return [
    rich`${counted(agents.length, 'sub-agent', 'sub-agents')} at work`,
    ...lines,
    ...(rest > 0 ? [rich`… ${String(rest)} more`] : []),
  ];
}

/** Null unless Claude shows what it thinks. */
export function thoughtText({ thought }: ShownProgress): RichText | null {
  const end = thought?.trim().slice(-THOUGHT_SHOWN) ?? '';
  return end === '' ? null : quote(italic(words(end)));
}

/** @param elapsedMs since the turn began */
export function elapsedText({ tools }: ShownProgress, elapsedMs: number): RichText {
  const parts = [
    formatDuration(elapsedMs),
    ...(tools.count > 0 ? [counted(tools.count, 'tool', 'tools')] : []),
  ];
  return plain(parts.join(' · '));
}

/** What is left of a live message: `3 tools · 1 min 12 s · $0.04`. @param costUsd 0 if it is not known */
export function turnOverText(toolCount: number, elapsedMs: number, costUsd: number): RichText {
  const parts = [
    ...(toolCount > 0 ? [counted(toolCount, 'tool', 'tools')] : []),
    formatDuration(elapsedMs),
    ...(costUsd > 0 ? [dollars(costUsd)] : []),
  ];
  return plain(parts.join(' · '));
}

/** Paragraphs of lines. */
export function paragraphs(groups: readonly RichText[][]): RichText {
  const filled = groups.filter((lines) => lines.length > 0).map((lines) => join(lines, '\n'));
  return filled.length === 0 ? concat() : join(filled, '\n\n');
}
