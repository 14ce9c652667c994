/** The machines of the daemon itself: in the page's head, and one of them on the screen. */
import { stateName } from './chart.js';
import { MachineChart } from './machine-chart.js';
import { facts } from './session.js';
import { clockTime, duration } from './words.js';

const byId = (id) => document.getElementById(id);
const NOTICE = 'ownerNotice.';

const TROUBLES = {
  login: 'Claude is not logged in',
  disk: 'a disk is full',
  poller: 'another program receives the messages',
  records: 'records can not be read',
  crashes: 'sessions crash',
};

const MACHINES = {
  daemon: {
    title: 'The daemon',
    chart: 'daemon',
    facts: ({ daemon, room }, now) => [
      ['Sessions of an earlier start', daemon.isRestored ? 'are back' : 'are being restored'],
      ['Process', `pid ${daemon.pid}`],
      ['Running for', `${duration(now - daemon.startedAt)}, since ${clockTime(daemon.startedAt)}`],
      ['Processes at most', room ? String(room.places) : '…'],
      ['Waiting for one', room ? String(room.waiting) : '…'],
    ],
  },
  poller: {
    title: 'The poller',
    chart: 'poller',
    facts: ({ poller }) => [
      ['Telegram', poller.hasPolled ? 'has answered' : 'has not answered yet'],
      ['Another poller', poller.hasConflict ? 'uses the same token: see the log' : 'none'],
    ],
  },
};

function machineOf(subject) {
  if (subject === null) return null;
  return (
    MACHINES[subject] ?? {
      title: `Notice to the owner: ${troubleOf(subject)}`,
      chart: 'owner-notice',
      facts: () => [],
    }
  );
}

function troubleOf(subject) {
  const name = subject.slice(NOTICE.length);
  return TROUBLES[name] ?? name;
}

export function isMachine(name) {
  return Object.hasOwn(MACHINES, name) || name.startsWith(NOTICE);
}

export class MachineView {
  #subject = null;
  #host = null;
  #states = new Map();
  #chart = new MachineChart(byId('machine-chart'), byId('machine-timeline'));

  /** @param subject null: none is shown */
  open(subject) {
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.#chart.open(machineOf(subject)?.chart ?? null);
    byId('machine-facts').replaceChildren();
  }

  /** What the daemon has told of itself; null: not connected. */
  hear(host) {
    this.#host = host;
    if (host === null) this.#states.clear();
  }

  /** The state of one. */
  moved(told) {
    this.#states.set(told.subject, told);
  }

  timeline({ subject, entries }) {
    if (subject === this.#subject) this.#chart.timeline(entries);
  }

  entries({ subject, entries }) {
    if (subject === this.#subject) this.#chart.entries(entries);
  }

  show(now, live) {
    const host = this.#host;
    state(byId('daemon-link'), host?.daemon.state);
    state(byId('poller-link'), host?.poller.state);
    const room = host?.room;
    write(byId('room'), room ? `${live} of ${room.places} processes` : '');
    this.#showTrouble();
    if (this.#subject !== null) this.#showOne(now);
  }

  /** That of which the owner was, or is to be, told. */
  #showTrouble() {
    const open = this.#notices().find(({ phase }) => phase !== 'fine' && phase !== null);
    const link = byId('trouble-link');
    link.hidden = !open;
    if (!open) return;
    write(link.querySelector('b'), troubleOf(open.subject));
    link.href = `#/machine/${open.subject}`;
  }

  #notices() {
    return [...this.#states.values()].filter(({ subject }) => subject.startsWith(NOTICE));
  }

  #showOne(now) {
    const host = this.#host;
    const machine = machineOf(this.#subject);
    const told = this.#states.get(this.#subject);
    document.title = `${machine.title} – Hibernaut`;
    write(byId('machine-title'), machine.title);
    write(
      byId('machine-state'),
      told?.phase ? stateName(told.phase) : host ? 'does not run' : 'not connected',
    );
    if (told) this.#chart.show(told.phase ?? '', told.waits);
    this.#chart.tick(now);
    const since = told?.since ? [['In this state since', clockTime(told.since)]] : [];
    if (host) facts(byId('machine-facts'), [...since, ...machine.facts(host, now)]);
    this.#showNotices();
  }

  /** With the daemon, as they have no place of their own. */
  #showNotices() {
    const notices = this.#subject === 'daemon' ? this.#notices() : [];
    byId('notices').hidden = notices.length === 0;
    const list = byId('notices').querySelector('ul');
    for (const [index, { subject, phase }] of notices.entries()) {
      const item = list.children[index] ?? list.appendChild(noticeItem());
      const link = item.firstElementChild;
      link.href = `#/machine/${subject}`;
      write(link, troubleOf(subject));
      write(item.lastElementChild, phase === null ? 'does not run' : stateName(phase));
    }
    while (list.children.length > notices.length) list.lastElementChild.remove();
  }
}

function noticeItem() {
  const item = document.createElement('li');
  item.append(document.createElement('a'), ' ', document.createElement('span'));
  return item;
}

function state(link, word) {
  write(link.querySelector('b'), word ?? 'not connected');
  link.dataset.state = word ?? 'none';
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
