/** The chart of a machine, joined with what happened in it: lit as things happen, or as they did at the step of a replay. */
import { showChart, stateName } from './chart.js';
import { loadChart } from './chart-files.js';
import { Timeline } from './timeline.js';
import { waitWords } from './wait-words.js';
import { duration } from './words.js';

export class MachineChart {
  #section;
  #now = document.createElement('p');
  #chart = null;
  #name = null;
  #timeline;
  /** What is lit while nothing is replayed, and since when; null: not known. */
  #phase = '';
  #since = null;
  #waits = [];
  #lastTick = 0;

  constructor(section, timeline) {
    this.#section = section;
    this.#now.className = 'chart-now';
    this.#timeline = new Timeline(timeline, { stepped: (entry) => this.#stepped(entry) });
  }

  /** @param name of the chart's file; null: none is shown */
  open(name) {
    this.#phase = '';
    this.#since = null;
    this.#waits = [];
    this.#timeline.restart();
    this.#tell('');
    if (name !== this.#name) {
      this.#name = name;
      this.#chart = null;
      this.#section.replaceChildren();
      if (name !== null) void this.#draw(name);
    } else this.#light(null);
  }

  async #draw(name) {
    const svg = await loadChart(name);
    if (name !== this.#name) return;
    this.#section.hidden = svg === null;
    if (svg === null || this.#chart) return;
    const place = document.createElement('div');
    this.#section.replaceChildren(this.#now, place);
    this.#chart = showChart(place, { svg });
    this.#light(null);
  }

  /** @param waits the delayed transitions that are under way: `{from, delay, endsAt}` */
  show(phase, waits) {
    const isNews = phase !== this.#phase;
    if (!isNews && JSON.stringify(waits) === JSON.stringify(this.#waits)) return;
    this.#waits = waits;
    if (isNews) {
      this.#phase = phase;
      this.#since = null;
      this.#light(null);
    } else this.#count();
  }

  /** @param now of the daemon, ms since the epoch */
  tick(now) {
    this.#lastTick = now;
    this.#chart?.tick(now);
    this.#timeline.tick(now);
    if (this.#timeline.isReplaying || this.#phase === '') return;
    const since = this.#since === null ? '' : `, for ${duration(now - this.#since)}`;
    const waits = this.#current().map(
      ({ delay, endsAt }) => `; ${waitWords(this.#name, delay)} in ${duration(endsAt - now)}`,
    );
    this.#tell(`${stateName(this.#phase)}${since}${waits.join('')}`);
  }

  timeline(entries) {
    this.#timeline.set(entries);
    const last = entries.findLast(({ from, to }) => from !== to);
    if (!last || (this.#phase !== '' && last.to !== this.#phase)) return;
    this.#since = last.at;
    if (this.#phase === '') {
      this.#phase = last.to;
      this.#light(null);
    }
  }

  entries(entries) {
    this.#timeline.add(entries);
    for (const entry of entries) {
      if (entry.from === entry.to) continue;
      this.#phase = entry.to;
      this.#since = entry.at;
      this.#light(entry.event);
    }
  }

  /** Those that lead out of where it is: what is told of them may be a moment older, or newer, than the state. */
  #current() {
    return this.#waits.filter(({ from }) => `${this.#phase}.`.startsWith(`${from}.`));
  }

  #light(event) {
    if (!this.#timeline.isReplaying) this.#chart?.light(this.#phase, event);
    this.#count();
  }

  #count() {
    this.#chart?.setWaits(this.#timeline.isReplaying ? [] : this.#current());
    this.#chart?.tick(this.#lastTick);
  }

  /** @param entry of the history; null: back to what is now */
  #stepped(entry) {
    this.#section.classList.toggle('past', entry !== null);
    this.#count();
    if (entry === null) {
      this.#light(null);
      this.tick(this.#lastTick);
      return;
    }
    this.#chart?.light(entry.from ?? '');
    this.#chart?.light(entry.to, entry.event);
    this.#tell(`Then: ${stateName(entry.to)}`);
  }

  #tell(text) {
    if (this.#now.textContent !== text) this.#now.textContent = text;
  }
}
