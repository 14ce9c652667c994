/** Which session is meant by what a person wrote. */
import { describe, expect, it } from 'vitest';
import { resolveSession } from '../../src/cli/resolve-session.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const SHOP = aView({ id: 'k3v9aaaaaa', name: 'shop', workspace: '/shop' });
const OTHER_SHOP = aView({ id: 'k3v9bbbbbb', name: 'shop', workspace: '/other' });
const GARDEN = aView({ id: 'zzzzzzzzzz', name: 'Garden plans' });
const ENDED = aView({ id: 'k3v9cccccc', name: 'cellar', state: 'terminated' });

describe('a session is meant', () => {
  it.each([
    ['its id', 'k3v9bbbbbb', OTHER_SHOP],
    ['the beginning of its id', 'z', GARDEN],
    ['its name', 'garden PLANS', GARDEN],
    ['the name of one that has ended', 'cellar', ENDED],
  ])('by %s', (_, given, meant) => {
    expect(resolveSession([SHOP, OTHER_SHOP, GARDEN, ENDED], given)).toBe(meant);
  });

  it('rather than one that has ended', () => {
    expect(resolveSession([SHOP, ENDED], 'k3v9')).toBe(SHOP);
  });

  it('without a word, if it is the only one that has not ended', () => {
    expect(resolveSession([SHOP, ENDED], null)).toBe(SHOP);
  });
});

describe('it is refused', () => {
  it('if several may be meant, with what tells them apart', () => {
    const resolving = () => resolveSession([SHOP, OTHER_SHOP, GARDEN, ENDED], 'shop');
    expect(resolving).toThrow('"shop" may be any of 2 sessions. Say which, by its id:');
    expect(resolving).toThrow(/k3v9aaaaaa +shop +\w+ +\/shop\n +k3v9bbbbbb +shop +\w+ +\/other$/);
  });

  it('without a word, if there are several', () => {
    expect(() => resolveSession([SHOP, GARDEN], null)).toThrow('There are 2 sessions. Say which');
  });

  it('in a list that fits a terminal', () => {
    const many = Array.from({ length: 500 }, (_, number) => ({ ...SHOP, id: `id${String(number)}` }));
    expect(() => resolveSession(many, 'shop')).toThrow(/… 490 more: "hibernaut sessions" lists them\.$/);
  });

  it.each(['nope', ''])('if it is none: %j', (given) => {
    expect(() => resolveSession([SHOP], given)).toThrow('There is no session');
  });

  it('if there is none at all, with how one begins', () => {
    expect(() => resolveSession([ENDED], null)).toThrow('The first message to the bot starts one.');
  });

  it('without obeying what stands in a name', () => {
    const red = { ...SHOP, name: '\u001b[31mshop' };
    const said = (): string => {
      try {
        return resolveSession([red, { ...red, id: 'other' }], red.name).id;
      } catch (error) {
        return String(error);
      }
    };
    expect(said()).toContain('?[31mshop');
    expect(said()).not.toContain('\u001b');
  });
});
