/** The chart of a session and what happened in it: for the chart's own scripts, the page's facts. */
import { clockTime, duration } from './words.js';

/** As many as the daemon keeps. */
const MAX_ENTRIES = 1_000;
const SHOWN = 40;

export class SessionChart {
  #steps;
  #entries = [];

  constructor(chart, timeline) {
    chart.hidden = true;
    this.#steps = timeline.querySelector('ol');
  }

  open() {
    this.#entries = [];
    this.#draw();
  }

  light() {}

  tick() {}

  timeline(entries) {
    this.#entries = entries;
    this.#draw();
  }

  entries(entries) {
    this.#entries = [...this.#entries, ...entries].slice(-MAX_ENTRIES);
    this.#draw();
  }

  #draw() {
    const stays = this.#entries.filter(({ from, to }) => from !== to);
    const steps = stays.map((entry, index) => step(entry, stays[index + 1]));
    this.#steps.replaceChildren(...steps.slice(-SHOWN).reverse());
  }
}

function step({ at, to, event, end }, next) {
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.dateTime = new Date(at).toISOString();
  time.textContent = clockTime(at);
  const state = document.createElement('b');
  state.textContent = to.replace(/^live\./, '');
  const why = document.createElement('span');
  const reason = end ? `${event} (${end.reason})` : event;
  why.textContent = next ? `${reason}, for ${duration(next.at - at)}` : reason;
  item.append(time, state, why);
  return item;
}
