/** Starts the chat page and connects its parts: chats, messages, composer, notices, and the sandbox behind them. */
import { connectAttach, sendFiles } from './attach.js';
import { paintAvatar, renderChatList } from './chat-list.js';
import { Composer } from './composer.js';
import { act, listen } from './connection.js';
import { MessageList } from './message-list.js';
import { NewChatDialog } from './new-chat.js';
import { Notices } from './notices.js';
import { State } from './state.js';

const byId = (id) => document.getElementById(id);
const state = new State();
const notices = new Notices({ toast: byId('toast'), alert: byId('alert'), alertText: byId('alert-text') });
const messageList = new MessageList({
  log: byId('messages'),
  scroller: byId('scroller'),
  toEnd: byId('to-end'),
  toEndCount: byId('to-end-count'),
});
const composer = new Composer(
  {
    form: byId('composer'),
    input: byId('input'),
    send: byId('send'),
    menu: byId('command-menu'),
    menuButton: byId('menu-button'),
    speaker: byId('speaker'),
    speakerRow: byId('speaker-row'),
  },
  { onSend: send, onSpeaker: draw },
);
const newChat = new NewChatDialog(
  {
    dialog: byId('new-chat-dialog'),
    form: byId('new-chat-form'),
    kind: byId('new-chat-kind'),
    title: byId('new-chat-title'),
    cancel: byId('new-chat-cancel'),
  },
  create,
);

/** The open conversation is the address's fragment: a reload stays there, and "back" leads to the list. */
const openConversation = () => state.conversation(decodeURIComponent(location.hash.slice(1)));

function open(key) {
  location.hash = encodeURIComponent(key);
}

/** One drawing a frame, however many changes came. */
let isDrawPlanned = false;
function planDraw() {
  if (isDrawPlanned) return;
  isDrawPlanned = true;
  requestAnimationFrame(() => {
    isDrawPlanned = false;
    draw();
  });
}

function draw() {
  if (!state.world) return;
  const conversation = openConversation();
  document.body.dataset.screen = conversation ? 'chat' : 'chats';
  if (conversation) drawConversation(conversation);
  renderChatList(byId('chat-list'), state, open);
}

function drawConversation(conversation) {
  const people = conversation.speakers.map((id) => ({ id, name: state.personName(id) }));
  composer.open(conversation, { people, commands: conversation.commands });
  const activities = state.activitiesOf(conversation);
  const isTyping = activities.length > 0;
  byId('chat-title').textContent = conversation.title;
  byId('chat-subtitle').textContent = isTyping
    ? `${state.world.bot.name} is typing …`
    : conversation.description;
  byId('chat-subtitle').classList.toggle('typing', isTyping);
  paintAvatar(byId('chat-avatar'), conversation);
  messageList.show(conversation, {
    messages: state.messagesOf(conversation),
    drafts: activities.filter((activity) => activity.draft),
    speaker: composer.speaker,
    empty: () => emptyChat(conversation),
  });
  state.markSeen(conversation);
}

/** What a chat without messages shows: what this is, and some words to begin with. */
function emptyChat({ hint, suggestions }) {
  const box = document.createElement('section');
  box.className = 'empty';
  const text = document.createElement('p');
  text.textContent = hint;
  box.append(text);
  for (const suggestion of suggestions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'suggestion';
    button.textContent = suggestion;
    button.addEventListener('click', () => send(suggestion));
    box.append(button);
  }
  return box;
}

async function send(text) {
  const conversation = openConversation();
  if (!conversation) return;
  const { chatId, threadId } = conversation;
  try {
    await act('send', { chatId, threadId, userId: composer.speaker, text });
    messageList.scrollToEnd();
  } catch (error) {
    composer.restore(text);
    notices.toast(error.message);
  }
}

async function attach(files) {
  const conversation = openConversation();
  if (!conversation) return;
  const { chatId, threadId } = conversation;
  const caption = composer.take();
  try {
    await sendFiles({ chatId, threadId, userId: composer.speaker }, caption, files);
    messageList.scrollToEnd();
  } catch (error) {
    composer.restore(caption);
    notices.toast(error.message);
  }
}

async function press({ messageId, data, button }) {
  const conversation = openConversation();
  if (!conversation) return;
  button.classList.add('waiting');
  button.setAttribute('aria-busy', 'true');
  try {
    const { chatId } = conversation;
    const { answer } = await act('press', { chatId, userId: composer.speaker, messageId, button: data });
    if (!answer) notices.toast('The bot did not answer the tap.');
    else if (answer.text) notices[answer.showAlert ? 'alert' : 'toast'](answer.text);
  } catch (error) {
    notices.toast(error.message);
  } finally {
    button.classList.remove('waiting');
    button.removeAttribute('aria-busy');
  }
}

async function create(chat) {
  try {
    const { key } = await act('new-chat', chat);
    open(key);
  } catch (error) {
    notices.toast(error.message);
  }
}

function leaveChat() {
  location.hash = '';
  byId('chat-list').querySelector('button')?.focus();
}

connectAttach({ button: byId('attach-button'), input: byId('attach'), onFiles: attach });
byId('back').addEventListener('click', leaveChat);
byId('new-chat').addEventListener('click', () => state.world && newChat.open(state.world));
byId('messages').addEventListener('press', (event) => void press(event.detail));
byId('messages').addEventListener('send-command', (event) => void send(event.detail));
byId('chat').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') leaveChat();
});
addEventListener('hashchange', () => {
  draw();
  // On a phone the focus would open the keyboard over the messages.
  if (openConversation() && matchMedia('(hover: hover)').matches) composer.focus();
});

// The token has done its work, the cookie is set: it need not stay in the address bar and the history.
history.replaceState(null, '', location.pathname + location.hash);
listen({
  onConnected: (connected) => {
    byId('offline').hidden = connected;
  },
  onWorld: ({ world, isFirst }) => {
    if (isFirst) state.restart(world);
    else state.world = world;
    byId('banner-text').textContent = world.banner;
    planDraw();
  },
  onChat: (change) => {
    state.apply(change);
    planDraw();
  },
});
