/** What a session tells its chat, and its owner has to mend: found in what it owes, as the chat is told the same. */
import type { OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import type { OwnerNotices } from './notices.ts';

type Told = Pick<SessionRecord, 'chatId' | 'workspace' | 'outbox' | 'nextOutboxId'>;

/** @returns to be called at each change of a session's record, with the same object for the same session */
export function watchSessionTroubles(
  notices: Pick<OwnerNotices, 'found' | 'gone'>,
): (session: { readonly record: Told }) => void {
  /** Up to where each session's items were looked at. */
  const looked = new WeakMap<object, number>();
  return (session) => {
    const { record } = session;
    const from = looked.get(session) ?? record.nextOutboxId;
    looked.set(session, record.nextOutboxId);
    for (const { id, body } of record.outbox) if (id >= from) judge(notices, record, body);
  };
}

function judge(
  notices: Pick<OwnerNotices, 'found' | 'gone'>,
  { chatId, workspace }: Told,
  body: OutboxItem['body'],
): void {
  if (body.kind === 'answer') {
    // Claude works.
    void notices.gone('login');
    void notices.gone('crashes');
  } else if (body.kind === 'notice') {
    const { notice } = body;
    if (notice.type === 'problem' && notice.problem === 'notLoggedIn') {
      void notices.found({ about: 'login' }, chatId);
    } else if (notice.type === 'tooManyCrashes') {
      void notices.found({ about: 'crashes', workspace }, chatId);
    }
  }
}
