/** The list of chats: one button each, with its last line, its time and what is unread. */

/** @param onOpen called with a conversation's key */
export function renderChatList(list, state, onOpen) {
  const focused = document.activeElement?.dataset?.key;
  const items = state.world.conversations.map((conversation) =>
    item(conversation, state.summaryOf(conversation), onOpen),
  );
  list.replaceChildren(...items);
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function item(conversation, summary, onOpen) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'chat-item';
  button.dataset.key = conversation.key;
  button.addEventListener('click', () => onOpen(conversation.key));
  const title = span('chat-name', conversation.title);
  if (conversation.note) title.append(' ', span('badge', conversation.note));
  button.append(
    avatarFor(conversation),
    title,
    span('chat-time', summary.time),
    span(`chat-line${summary.typing ? ' typing' : ''}`, summary.typing ? 'typing …' : summary.line),
  );
  if (summary.unread > 0) {
    const count = span('unread', String(summary.unread));
    count.setAttribute('aria-label', `${summary.unread} unread`);
    button.append(count);
  }
  const entry = document.createElement('li');
  entry.append(button);
  return entry;
}

export function avatarFor(conversation) {
  const avatar = span('avatar', '');
  avatar.setAttribute('aria-hidden', 'true');
  paintAvatar(avatar, conversation);
  return avatar;
}

export function paintAvatar(avatar, { title, chatId, threadId, kind }) {
  avatar.className = `avatar colour-${Math.abs(chatId + (threadId ?? 0)) % 6}`;
  avatar.textContent = kind === 'topic' ? '#' : title.slice(0, 1).toUpperCase();
}

function span(className, text) {
  const created = document.createElement('span');
  created.className = className;
  created.textContent = text;
  return created;
}
