import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../../src/telegram/texts/command-names.ts';
import { HELP_GROUPS } from '../../../src/telegram/texts/help.ts';

describe('/help', () => {
  it('has every command of the menu once', () => {
    const listed = HELP_GROUPS.flatMap(({ commands }) => commands);
    expect(listed.toSorted()).toEqual(COMMAND_NAMES.toSorted());
  });
});
