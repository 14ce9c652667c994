/**
 * Prometheus' text format, read as strictly as it is specified: whatever is not so is a fault.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const VALUE = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]?Inf|NaN)$/;

/** @throws Error with the line that is wrong */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | null = null;
  let help: { name: string; text: string } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const [, helpName, helpText] = HELP.exec(line) ?? [];
    const [, typeName, type] = TYPE.exec(line) ?? [];
    if (helpName && helpText) {
      help = { name: helpName, text: helpText };
    } else if (typeName && type) {
      if (families.has(typeName)) throw new Error(`A second family: ${line}`);
      if (help?.name !== typeName) throw new Error(`No help before: ${line}`);
      current = { name: typeName, type, help: help.text, samples: [] };
      families.set(typeName, current);
    } else {
      const sample = parseSample(line);
      if (!current || !belongs(sample, current)) throw new Error(`Of no family: ${line}`);
      const key = keyOf(sample);
      if (seen.has(key)) throw new Error(`Twice: ${line}`);
      seen.add(key);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) if (family.type === 'histogram') checkHistogram(family);
  return families;
}

/** The value of one sample, by its name and exactly these labels. 0 if it is not there. */
export function valueOf(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = families.get(name.replace(/_(bucket|sum|count)$/, '')) ?? families.get(name);
  const key = keyOf({ name, labels });
  return family?.samples.find((sample) => keyOf(sample) === key)?.value ?? 0;
}

function keyOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (!name || !value || !VALUE.test(value)) throw new Error(`No sample: ${line}`);
  return { name, labels: parseLabels(labels, line), value: toNumber(value) };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [whole, name, value] = LABEL.exec(rest) ?? [];
    if (!whole || !name || value === undefined) throw new Error(`Wrong labels: ${line}`);
    if (name in labels) throw new Error(`A label twice: ${line}`);
    labels[name] = value;
    rest = rest.slice(whole.length);
  }
  return labels;
}

function toNumber(value: string): number {
  return /Inf$/.test(value) ? (value.startsWith('-') ? -Infinity : Infinity) : Number(value);
}

function belongs({ name, labels }: Sample, family: Family): boolean {
  if (family.type !== 'histogram') return name === family.name;
  if (name === `${family.name}_bucket`) return 'le' in labels;
  return name === `${family.name}_sum` || name === `${family.name}_count`;
}

/** Buckets grow, the last one is +Inf, and it has as many as the count. */
function checkHistogram({ name, samples }: Family): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const groups = Map.groupBy(buckets, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
  for (const [others, group] of groups) {
    const bounds = group.map(({ labels }) => toNumber(labels['le']?.replace('+', '') ?? 'NaN'));
    const values = group.map(({ value }) => value);
    if (!isAscending(bounds) || !isAscending(values)) throw new Error(`${name}${others} does not grow.`);
    const count = samples.find(
      (sample) => sample.name === `${name}_count` && JSON.stringify(sample.labels) === others,
    );
    if (bounds.at(-1) !== Infinity || values.at(-1) !== count?.value)
      throw new Error(`${name}${others} is not whole.`);
  }
}

function isAscending(numbers: number[]): boolean {
  return numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? NaN));
}

/** What Prometheus' own linter (promtool check metrics) and its naming rules object to. https://prometheus.io/docs/practices/naming/ */
export function lint({ name, type, help, samples }: Family): string[] {
  const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
  return [
    [type === 'counter' && !name.endsWith('_total'), 'a counter ends in _total'],
    [type !== 'counter' && name.endsWith('_total'), 'only a counter ends in _total'],
    [/_(count|sum|bucket)$/.test(name), 'a histogram owns this suffix'],
    [type === 'histogram' && !/_(seconds|bytes)$/.test(name), 'a histogram names its base unit'],
    [/_(ms|milliseconds|minutes|hours|kb|kilobytes|megabytes)(_|$)/.test(name), 'only base units'],
    [/_(gauge|counter|histogram|summary)(_|$)/.test(name), 'a name does not say its type'],
    [/[A-Z:]/.test(name), 'names are in lower case, and colons are for rules'],
    [!/[.]$/.test(help), 'help is a sentence'],
    [type !== 'histogram' && labels.has('le'), 'le is for histograms'],
    [labels.has('quantile') || labels.has('job') || labels.has('instance'), 'a reserved label'],
  ].flatMap(([isWrong, why]) => (isWrong ? [`${name}: ${String(why)}`] : []));
}
