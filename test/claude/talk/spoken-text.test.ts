/** What of Claude's messages in a turn is the answer. */
import { describe, expect, it } from 'vitest';
import { SpokenText } from '../../../src/claude/talk/spoken-text.ts';

describe('what Claude said in a turn', () => {
  it('is all the text of its last message, with what it thought in between left out', () => {
    const spoken = new SpokenText();
    spoken.read('a', 'I look at it.');
    spoken.read('b', 'First this.\n');
    spoken.read('b', null);
    spoken.read('b', 'Then that.');
    expect(spoken.whole).toBe('First this.\n\nThen that.');
    expect(spoken.endsWith('Then that.\n')).toBe(true);
    expect(spoken.endsWith('First this.')).toBe(false);
  });

  it('is nothing if the last message has no text', () => {
    const spoken = new SpokenText();
    spoken.read('a', 'I look at it.');
    spoken.read('b', null);
    expect(spoken.whole).toBeNull();
  });

  it('begins with what it said at once to somebody who wrote meanwhile', () => {
    const spoken = new SpokenText();
    spoken.read('a', 'I look at it.');
    spoken.noteJoined();
    spoken.read('b', 'It is 42.');
    spoken.read('b', null);
    spoken.read('c', 'Now the tests.');
    spoken.read('d', 'All done.');
    expect(spoken.whole).toBe('It is 42.\n\nAll done.');
  });

  it('has nothing of the turn before', () => {
    const spoken = new SpokenText();
    spoken.noteJoined();
    spoken.read('a', 'It is 42.');
    spoken.reset();
    spoken.read('b', 'Hello.');
    expect(spoken.whole).toBe('Hello.');
  });
});
