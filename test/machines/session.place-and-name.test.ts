/** What a session is called, and which topic it is in. */
import { describe, expect, it } from 'vitest';
import { startSession } from '../helpers/session-actor.ts';

describe('the name', () => {
  it("gives way to the conversation's title once, and that to a person's", () => {
    const session = startSession({ name: 'work', namedBy: 'folder' });
    session.send({ type: 'daemon.titled', title: 'The red door' });
    expect(session.record()).toMatchObject({ name: 'The red door', namedBy: 'conversation' });
    session.send({ type: 'daemon.titled', title: 'The blue door' });
    expect(session.record().name).toBe('The red door');
    session.send({ type: 'user.renamed', name: 'doors' });
    expect(session.record()).toMatchObject({ name: 'doors', namedBy: 'person' });
  });

  it('that a person chose while the title was looked up stays', () => {
    const session = startSession({ name: 'work', namedBy: 'folder' });
    session.send({ type: 'user.renamed', name: 'doors' });
    session.send({ type: 'daemon.titled', title: 'The red door' });
    expect(session.record().name).toBe('doors');
  });
});

describe('the topic', () => {
  it('is told once what it is for, wherever the session stands', () => {
    const session = startSession();
    session.send({ type: 'daemon.placed', threadId: 5 });
    session.send({ type: 'daemon.placed', threadId: 5 });
    expect(session.record()).toMatchObject({
      threadId: 5,
      outbox: [{ body: { kind: 'notice', notice: { type: 'topicBegun', workspace: '/work' } } }],
    });
  });

  it('that is gone is left, another one is not', () => {
    const session = startSession({ threadId: 5 });
    session.send({ type: 'telegram.topicGone', threadId: 4 });
    expect(session.record().threadId).toBe(5);
    session.send({ type: 'telegram.topicGone', threadId: 5 });
    expect(session.record().threadId).toBeNull();
  });
});
