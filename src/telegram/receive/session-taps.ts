/** Taps on the buttons of /sessions. Each acts on the session that it names, and the message shows what came of it. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { SessionsPort } from '../ports.ts';
import { atDeskToast } from '../texts/at-desk.ts';
import * as texts from '../texts/session-cards.ts';
import type { Reply } from './commands/command.ts';
import type { Place } from './own-topic.ts';
import { endKeyboard, nameKeyboard, type SessionAction, type SessionButton } from './session-buttons.ts';
import { cardReply, listReply } from './session-lists.ts';

export interface Tapped {
  /** What the message becomes. */
  shown: Reply;
  /** Empty: none. */
  toast: string;
}

export interface Tap extends Place {
  sessions: SessionsPort;
}

/** Resolves when what the tap does is durable. */
export async function tapSession(button: SessionButton, tap: Tap): Promise<Tapped> {
  const { address, sessions } = tap;
  if (button.kind === 'sessionPage') {
    return { shown: await listReply(address, sessions, button.page), toast: '' };
  }
  const session = await sessions.one(address.chatId, button.sessionId);
  return session ? act(button.action, session, tap) : gone(tap);
}

async function act(action: SessionAction, session: SessionView, tap: Tap): Promise<Tapped> {
  const { address, sessions, at } = tap;
  switch (action) {
    case 'show':
    case 'keepName':
      return card(session, '', tap);
    case 'switch': {
      const selected = await sessions.select(address, session.id);
      return selected
        ? card(selected, texts.selectedToast(selected.name), tap)
        : card(session, texts.ELSEWHERE_TOAST, tap);
    }
    case 'suspend':
    case 'wake':
    case 'detach': {
      const after = await sessions.order(address.chatId, session.id, action, at);
      if (!after) return gone(tap);
      return card(after, after.desk && action !== 'detach' ? atDeskToast(after) : ORDER_TOASTS[action], tap);
    }
    case 'askName':
      return { shown: { text: texts.askNameText(session), keyboard: nameKeyboard(session) }, toast: '' };
    case 'askEnd':
      return { shown: { text: texts.askEndText(session), keyboard: endKeyboard(session) }, toast: '' };
    case 'end':
      // The button may be older than the visit.
      if (session.desk) return card(session, atDeskToast(session), tap);
      await sessions.order(address.chatId, session.id, 'end', at);
      return { shown: await listReply(address, sessions), toast: texts.ENDED_TOAST };
  }
}

const ORDER_TOASTS = {
  suspend: texts.SUSPENDED_TOAST,
  wake: texts.WOKEN_TOAST,
  detach: texts.DETACHING_TOAST,
};

async function card(session: SessionView, toast: string, { address, sessions, at }: Tap): Promise<Tapped> {
  return { shown: await cardReply(session, address, sessions, at), toast };
}

async function gone({ address, sessions }: Tap): Promise<Tapped> {
  return { shown: await listReply(address, sessions), toast: texts.SESSION_GONE_TOAST };
}
