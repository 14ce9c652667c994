/** JSON that means harm: of any type, deep, wide, with names that objects have; and good documents with something wrong. */
import fc from 'fast-check';
import { hostileText } from './text.ts';

/** Numbers that programs stumble over, as far as JSON has them. */
const NUMBERS = [0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 5e-324, 8.64e15 + 1];

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.constantFrom(...NUMBERS),
  fc.integer(),
  hostileText,
);

const DEEPEST = 1_000;

/** Brackets in brackets, as `JSON.parse` makes them. */
const deep: fc.Arbitrary<unknown> = fc
  .tuple(fc.integer({ min: 1, max: DEEPEST }), fc.constantFrom(['[', ']'], ['{"a":', '}'], ['{"from":', '}']))
  .map(([depth, [open = '', close = '']]) => {
    const text = `${open.repeat(depth)}${open.endsWith(':') ? 'null' : ''}${close.repeat(depth)}`;
    return JSON.parse(text) as unknown;
  });

const wide: fc.Arbitrary<unknown> = fc.nat(500).map((size) => Array.from({ length: size }, () => ({})));

/** An own key `__proto__` is what `JSON.parse` makes of one; a literal would set the prototype. */
const poisoned: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  JSON.parse('{"__proto__":{"id":7,"from":{"id":7}}}'),
  JSON.parse('{"constructor":{"prototype":{"isAdmin":true}}}'),
  JSON.parse('{"length":5}'),
  JSON.parse('{"then":"x","toJSON":1}'),
);

/** Any JSON value. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 2, arbitrary: fc.dictionary(hostileText, scalar, { maxKeys: 4, noNullPrototype: true }) },
  { weight: 1, arbitrary: poisoned },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: wide },
);

type Step = { where: number; how: 'replace' | 'remove' | 'wrap' | 'add'; value: unknown };

const step: fc.Arbitrary<Step> = fc.record({
  where: fc.nat(10_000),
  how: fc.constantFrom('replace', 'replace', 'remove', 'wrap', 'add'),
  value: hostileJson,
});

/** Documents of one kind with one to three things wrong, anywhere in them. Some of them are still good. */
export function damaged(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(good, fc.array(step, { minLength: 1, maxLength: 3 })).map(([document, steps]) =>
    steps.reduce<unknown>((current, { where, how, value }) => {
      // structuredClone fails on the deep ones.
      const copy = JSON.parse(JSON.stringify(current)) as unknown;
      const places = placesIn(copy);
      const place = places[where % Math.max(1, places.length)];
      if (!place) return value;
      damage(place, how, value);
      return copy;
    }, document),
  );
}

interface Place {
  holder: object;
  key: string;
}

/** Every value inside of the document, by its holder and key. */
function placesIn(document: unknown): Place[] {
  const places: Place[] = [];
  const open = [document];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (typeof holder !== 'object' || holder === null || places.length > 500) continue;
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder, key });
      open.push(value);
    }
  }
  return places;
}

function damage({ holder, key }: Place, how: Step['how'], value: unknown): void {
  if (how === 'remove') Reflect.deleteProperty(holder, key);
  if (how === 'replace') define(holder, key, value);
  if (how === 'wrap') define(holder, key, [Reflect.get(holder, key)]);
  if (how === 'add') define(holder, 'surprise', value);
}

function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
