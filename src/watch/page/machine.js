/** The daemon's and the poller's machines: in the page's head, and one of them on the screen. */
import { showChart } from './chart.js';
import { loadChart } from './chart-files.js';
import { facts } from './session.js';
import { clockTime, duration } from './words.js';

const byId = (id) => document.getElementById(id);

const MACHINES = {
  daemon: {
    title: 'The daemon',
    phase: ({ daemon }) => daemon.state,
    facts: ({ daemon, room }, now) => [
      ['State', daemon.state],
      ['Sessions of an earlier start', daemon.isRestored ? 'are back' : 'are being restored'],
      ['Process', `pid ${daemon.pid}`],
      ['Running for', `${duration(now - daemon.startedAt)}, since ${clockTime(daemon.startedAt)}`],
      ['Processes at most', room ? String(room.places) : '…'],
      ['Waiting for one', room ? String(room.waiting) : '…'],
    ],
  },
  poller: {
    title: 'The poller',
    phase: ({ poller: { state } }) => (state === 'stopped' ? state : `running.${state}`),
    facts: ({ poller }) => [
      ['State', poller.state],
      ['Telegram', poller.hasPolled ? 'has answered' : 'has not answered yet'],
      ['Another poller', poller.hasConflict ? 'uses the same token: see the log' : 'none'],
    ],
  },
};

export function isMachine(name) {
  return Object.hasOwn(MACHINES, name);
}

export class MachineView {
  #name = null;
  #host = null;
  #chart = null;

  open(name) {
    if (name === this.#name) return;
    this.#name = name;
    this.#chart = null;
    byId('machine-chart').replaceChildren();
    if (name !== null) void this.#draw(name);
  }

  async #draw(name) {
    const svg = await loadChart(name);
    if (svg === null || name !== this.#name) return;
    this.#chart = showChart(byId('machine-chart'), { svg });
    this.#light();
  }

  #light() {
    this.#chart?.light(this.#host ? MACHINES[this.#name].phase(this.#host) : '');
  }

  /** What the daemon has told of itself; null: not connected. */
  hear(host) {
    this.#host = host;
  }

  show(now, live) {
    const host = this.#host;
    state(byId('daemon-link'), host?.daemon.state);
    state(byId('poller-link'), host?.poller.state);
    const room = host?.room;
    write(byId('room'), room ? `${live} of ${room.places} processes` : '');
    const machine = MACHINES[this.#name];
    if (!machine) return;
    document.title = `${machine.title} – Hibernaut`;
    write(byId('machine-title'), machine.title);
    write(byId('machine-state'), host?.[this.#name].state ?? 'not connected');
    this.#light();
    if (host) facts(byId('machine-facts'), machine.facts(host, now));
  }
}

function state(link, word) {
  write(link.querySelector('b'), word ?? 'not connected');
  link.dataset.state = word ?? 'none';
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
