/** The reader of Prometheus' text format that the other tests rely on: it takes what is right, and nothing else. */
import { expect, it } from 'vitest';
import { lint, parseExposition, valueOf } from '../helpers/exposition.ts';

const RIGHT = `# HELP a_total What a is.
# TYPE a_total counter
a_total{b="x\\"y",c="\\\\"} 1
a_total{b="z",c=""} 2e+3

# HELP h_seconds What h is.
# TYPE h_seconds histogram
h_seconds_bucket{le="0.5"} 1
h_seconds_bucket{le="+Inf"} 2
h_seconds_sum 3.25
h_seconds_count 2
`;

it('takes what is right', () => {
  const families = parseExposition(RIGHT);
  expect([...families.keys()]).toEqual(['a_total', 'h_seconds']);
  expect(valueOf(families, 'a_total', { c: '', b: 'z' })).toBe(2_000);
  expect(valueOf(families, 'h_seconds_count')).toBe(2);
  expect([...families.values()].flatMap(lint)).toEqual([]);
});

it.each([
  ['no end', RIGHT.trimEnd()],
  ['no type', 'a_total 1\n'],
  ['no help', '# TYPE a_total counter\na_total 1\n'],
  ['a sample of another family', `${RIGHT}b_total 1\n`],
  ['a sample twice', `${RIGHT}h_seconds_sum 3.25\n`],
  ['a name that is none', RIGHT.replaceAll('a_total', 'a-total')],
  ['a value that is none', RIGHT.replace('3.25', 'three')],
  ['an open label', RIGHT.replace('b="z"', 'b="z')],
  ['buckets that shrink', RIGHT.replace('_bucket{le="0.5"} 1', '_bucket{le="0.5"} 3')],
  ['a count of its own', RIGHT.replace('_count 2', '_count 3')],
])('refuses %s', (_what, text) => {
  expect(() => parseExposition(text)).toThrow();
});

it.each([
  ['a counter without _total', 'a', 'counter', 'Help.'],
  ['a gauge with _total', 'a_total', 'gauge', 'Help.'],
  ['milliseconds', 'a_ms', 'gauge', 'Help.'],
  ['a histogram without unit', 'a', 'histogram', 'Help.'],
  ['help that is no sentence', 'a', 'gauge', 'help'],
])('objects to %s', (_what, name, type, help) => {
  expect(lint({ name, type, help, samples: [] })).toHaveLength(1);
});
