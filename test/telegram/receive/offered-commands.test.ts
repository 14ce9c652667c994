/** Claude Code's commands under names that Telegram can write. */
import { describe, expect, it } from 'vitest';
import type { CommandOffer } from '../../../machines/claude-offers.ts';
import { findOffered, menuWith } from '../../../src/telegram/receive/offered-commands.ts';

function offer(name: string, over: Partial<CommandOffer> = {}): CommandOffer {
  return { name, description: `Does ${name}.`, argumentHint: '', aliases: [], isBuiltin: false, ...over };
}

describe('a command of Claude Code', () => {
  const offered = [offer('code-review', { aliases: ['review'] }), offer('plugin:Ship-It'), offer('ship')];

  it.each([
    ['code_review', 'code-review'],
    ['review', 'review'],
    ['plugin_ship_it', 'plugin:Ship-It'],
    ['ship', 'ship'],
  ])('is found by what Telegram can write: /%s', (written, name) => {
    expect(findOffered(written, offered)).toBe(name);
  });

  it('is found by its exact name before another one that only looks like it', () => {
    expect(findOffered('a_b', [offer('a-b'), offer('a_b')])).toBe('a_b');
  });

  it('that there is not is not found', () => {
    expect(findOffered('shop', offered)).toBeNull();
  });
});

describe('the menu of a chat', () => {
  const own = [{ command: 'new', description: 'Start a new session' }];

  it("has the bot's commands, then those of the project, then Claude Code's", () => {
    const menu = menuWith(own, [offer('verify', { isBuiltin: true }), offer('ship-it'), offer('new')]);
    expect(menu).toEqual([
      ...own,
      { command: 'ship_it', description: 'Does ship-it.' },
      { command: 'verify', description: 'Does verify.' },
    ]);
  });

  it('is one that Telegram takes, whatever Claude Code offers', () => {
    const odd = [
      offer('x'.repeat(33)),
      offer('a-b'),
      offer('a:b'),
      offer('no-words', { description: '' }),
      offer('long', { description: 'word '.repeat(200) }),
      ...Array.from({ length: 120 }, (_, index) => offer(`n${index}`)),
    ];
    const menu = menuWith(own, odd);
    expect(menu).toHaveLength(100);
    expect(new Set(menu.map(({ command }) => command)).size).toBe(100);
    for (const { command, description } of menu) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(256);
    }
  });
});
