/** A line of the log for people. Pure. */
import { parsedJson } from '../parsed-json.ts';
import { printable } from './printable.ts';

/** Of each line; what else is in it are the facts of the event. */
const COMMON = new Set(['level', 'time', 'pid', 'msg']);

/** `23:10:05.123 warn  orphans.ended pids=[1,2]`, with the stacks of errors below; what is no JSON object as it is. */
export function describeLogLine(line: string): string {
  const fields = parse(line);
  if (!fields) return printable(line);
  const facts = Object.entries(fields).filter(([name]) => !COMMON.has(name));
  const shown = facts.map(([name, value]) => `${name}=${worded(value)}`);
  const head = [timeOf(fields['time']), String(fields['level']).padEnd(5), String(fields['msg']), ...shown];
  return [head.join(' '), ...facts.flatMap(([, value]) => stackOf(value))].map(printable).join('\n');
}

function parse(line: string): Record<string, unknown> | null {
  const value = parsedJson(line);
  return typeof value === 'object' && value !== null && 'msg' in value ? { ...value } : null;
}

/** In the time of this machine. */
function timeOf(time: unknown): string {
  const date = new Date(String(time));
  if (Number.isNaN(date.getTime())) return String(time);
  const two = (value: number, length = 2): string => String(value).padStart(length, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => two(part)).join(':');
  return `${clock}.${two(date.getMilliseconds(), 3)}`;
}

function worded(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(withoutStack(value));
}

function withoutStack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return value;
  const { stack: _, ...rest } = value;
  return rest;
}

function stackOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return [];
  return String(value.stack)
    .split('\n')
    .map((line) => `    ${line.trim()}`);
}
