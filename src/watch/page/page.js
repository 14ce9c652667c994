/** Starts the live page and connects its parts: the stream, the list, one session, the machines, the address. */
import { act, Connection } from './connection.js';
import { List, PER_PAGE } from './list.js';
import { isMachine, MachineView } from './machine.js';
import { Sessions } from './sessions.js';
import { SessionView } from './session.js';

const byId = (id) => document.getElementById(id);
const sessions = new Sessions();
const list = new List(byId('rows'));
const session = new SessionView();
const machine = new MachineView();

/** Of the daemon, against that of this device. */
let clockOffsetMs = 0;
const now = () => Date.now() + clockOffsetMs;
let viewer = null;
let pageNumber = 0;
/** In the order in which they are shown, until there is reason for another one. */
let order = [];
let isOrderOld = true;

/** `#/`, `#/session/<id>`, `#/machine/<name>` */
function place() {
  const [, kind = '', name = ''] = location.hash.split('/');
  if (kind === 'session') return { view: 'session', id: decodeURIComponent(name) };
  if (kind === 'machine' && isMachine(name)) return { view: 'machine', name };
  return { view: 'sessions' };
}

function go() {
  const { view, id = null, name = null } = place();
  document.body.dataset.view = view;
  for (const shown of ['sessions', 'session', 'machine']) byId(shown).hidden = shown !== view;
  session.open(id);
  machine.open(name);
  if (view === 'sessions') document.title = 'Hibernaut';
  follow();
  isOrderOld = true;
  draw();
}

/** The daemon tells what happens in the session that is on the screen. */
function follow() {
  if (viewer === null) return;
  const { id, name = null } = place();
  act('follow', { viewer, subject: id === undefined ? name : `session/${id}` }).catch(() => {
    // The connection is lost, and follows anew once it is back.
  });
}

/** What takes long is done the more seldom: a hundred thousand sessions are not put in order for each that changes. */
const REST_PER_DRAW = 10;
let restUntil = 0;
let isDrawPlanned = false;
function planDraw() {
  if (isDrawPlanned) return;
  isDrawPlanned = true;
  setTimeout(() => requestAnimationFrame(drawPlanned), Math.max(0, restUntil - performance.now()));
}

function drawPlanned() {
  isDrawPlanned = false;
  const since = performance.now();
  draw();
  restUntil = performance.now() + (performance.now() - since) * REST_PER_DRAW;
}

function draw() {
  const { view, id } = place();
  machine.show(now(), sessions.live);
  if (view === 'session') session.show(sessions.get(id), now(), sessions.isWhole);
  if (view === 'sessions') drawList();
}

const wanted = () => ({
  words: byId('search').value,
  filter: byId('filters').elements.state.value,
  sort: byId('sort').value,
});

/** Rows do not move under the hand of a person: as long as the list is in use it keeps its order. */
function drawList() {
  if (isOrderOld || !list.isInUse) order = sessions.found(wanted());
  else order = order.map(({ id }) => sessions.get(id)).filter(Boolean);
  isOrderOld = false;
  const pages = Math.max(1, Math.ceil(order.length / PER_PAGE));
  pageNumber = Math.min(pageNumber, pages - 1);
  const first = pageNumber * PER_PAGE;
  list.show(order.slice(first, first + PER_PAGE), now());
  drawCounts();
  byId('pages').hidden = pages === 1;
  byId('previous').setAttribute('aria-disabled', String(pageNumber === 0));
  byId('next').setAttribute('aria-disabled', String(pageNumber === pages - 1));
  const last = Math.min(first + PER_PAGE, order.length);
  write(byId('page-place'), `${first + 1} to ${last} of ${order.length}`);
  drawReading();
  drawNothing();
}

function drawReading() {
  const progress = sessions.progress;
  byId('reading').hidden = progress === null || progress.total === 0;
  if (byId('reading').hidden) return;
  const { told, total } = progress;
  const [bar, words] = byId('reading').children;
  bar.max = total;
  bar.value = told;
  write(words, `Reading ${told.toLocaleString('en')} of ${total.toLocaleString('en')} sessions …`);
}

function drawCounts() {
  const counts = sessions.counts();
  for (const input of byId('states').querySelectorAll('input')) {
    write(input.parentElement.querySelector('b'), String(counts[input.value]));
    const isRare = input.value === 'attention' || input.value === 'terminated';
    input.parentElement.hidden = isRare && counts[input.value] === 0 && !input.checked;
  }
}

function drawNothing() {
  const isEmpty = order.length === 0;
  byId('list').hidden = isEmpty;
  byId('nothing').hidden = !isEmpty;
  if (!isEmpty) return;
  const none =
    sessions.size === 0
      ? 'No sessions yet. The first message to the bot starts one.'
      : 'No session is like that.';
  write(byId('nothing'), sessions.isWhole ? none : 'One moment …');
}

/** What a search found is said once, and not what happens to it afterwards. */
let saying = null;
function sayFound() {
  clearTimeout(saying);
  saying = setTimeout(() => {
    const { words } = wanted();
    const count = order.length === 1 ? '1 session' : `${order.length} sessions`;
    write(byId('found'), words === '' ? '' : `${count} found`);
  }, 400);
}

function search() {
  pageNumber = 0;
  isOrderOld = true;
  draw();
  sayFound();
}

function turn(step) {
  const pages = Math.ceil(order.length / PER_PAGE);
  const next = pageNumber + step;
  if (next < 0 || next >= pages) return;
  pageNumber = next;
  isOrderOld = true;
  draw();
  byId('sessions').scrollIntoView();
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const CONNECTION = {
  connecting: '',
  open: '',
  lost: 'No connection to Hibernaut. What is shown may be old; the page connects again by itself.',
  unknown:
    'This browser is not known here any more. Run "hibernaut watch" and open the address that it shows.',
};

const connection = new Connection({
  state(word) {
    document.body.dataset.connection = word;
    write(byId('connection'), CONNECTION[word]);
    if (word === 'open') return;
    viewer = null;
    machine.hear(null);
    planDraw();
  },
  hello(told) {
    clockOffsetMs = told.now - Date.now();
    viewer = told.viewer;
    sessions.restart();
    follow();
  },
  host(told) {
    machine.hear(told);
    planDraw();
  },
  rows(told) {
    sessions.apply(told);
    planDraw();
  },
  ready() {
    sessions.complete();
    document.body.dataset.ready = 'yes';
    planDraw();
  },
  machine(told) {
    machine.moved(told);
    session.moved(told);
    planDraw();
  },
  timeline(told) {
    session.timeline(told);
    machine.timeline(told);
  },
  entries(told) {
    session.entries(told);
    machine.entries(told);
  },
});

byId('filters').addEventListener('input', search);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
byId('previous').addEventListener('click', () => turn(-1));
byId('next').addEventListener('click', () => turn(1));
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.querySelector('main:not([hidden])').focus();
});
addEventListener('keydown', (event) => {
  const isTyping = /^(input|select|textarea)$/i.test(document.activeElement?.tagName ?? '');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && place().view === 'sessions') {
    event.preventDefault();
    byId('search').focus();
  }
  if (event.key === 'Escape' && place().view !== 'sessions' && !document.querySelector('dialog[open]'))
    location.hash = '#/';
});
addEventListener('hashchange', (event) => {
  const from = /#\/session\/([^/]+)/.exec(event.oldURL)?.[1];
  go();
  const link =
    from && place().view === 'sessions'
      ? byId('rows').querySelector(`a[href$="/${CSS.escape(from)}"]`)
      : null;
  // A person is where they were, or at the beginning of what they chose.
  (link ?? document.querySelector('main:not([hidden])')).focus();
});
setInterval(() => {
  if (document.hidden) return;
  const { view } = place();
  if (view === 'sessions') list.tick((id) => sessions.get(id), now());
  else if (view === 'session') session.tick(now());
  else machine.show(now(), sessions.live);
}, 1_000);

go();
connection.open();
