/** The chart of a session, joined with what happened in it: lit as things happen, or as they did at the step of a replay. */
import { showChart, stateName } from './chart.js';
import { loadChart } from './chart-files.js';
import { Timeline } from './timeline.js';
import { duration } from './words.js';

export class SessionChart {
  #section;
  #now = document.createElement('p');
  #chart = null;
  #timeline;
  #row = null;
  #id = null;
  /** What is lit while nothing is replayed, and since when; null: not known. */
  #phase = '';
  #since = null;
  #lastTick = 0;

  constructor(section, timeline) {
    this.#section = section;
    this.#now.className = 'chart-now';
    this.#timeline = new Timeline(timeline, { stepped: (entry) => this.#stepped(entry) });
  }

  /** @param id null: none is shown */
  open(id) {
    this.#id = id;
    this.#row = null;
    this.#phase = '';
    this.#since = null;
    this.#timeline.restart();
    this.#chart?.light('');
    if (id !== null && !this.#chart) void this.#draw();
  }

  async #draw() {
    const svg = await loadChart('session');
    this.#section.hidden = svg === null;
    if (svg === null || this.#chart) return;
    const place = document.createElement('div');
    this.#section.replaceChildren(this.#now, place);
    this.#chart = showChart(place, { svg });
    this.#light(null);
    this.#count();
  }

  light(row) {
    const isNews = this.#row?.phase !== row.phase;
    const isCountNews = this.#row?.suspendsAt !== row.suspendsAt;
    this.#row = row;
    if (isNews && row.phase !== this.#phase) {
      this.#phase = row.phase;
      this.#since = null;
      this.#light(null);
    }
    if (isNews || isCountNews) this.#count();
  }

  /** @param now of the daemon, ms since the epoch */
  tick(now) {
    this.#lastTick = now;
    this.#chart?.tick(now);
    this.#timeline.tick(now);
    if (this.#timeline.isReplaying || this.#phase === '') return;
    const since = this.#since === null ? '' : `, for ${duration(now - this.#since)}`;
    const left = this.#isCounting ? `; suspended in ${duration(this.#row.suspendsAt - now)}` : '';
    this.#tell(`${stateName(this.#phase)}${since}${left}`);
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
    this.#count();
  }

  get #isCounting() {
    return (this.#row?.suspendsAt ?? null) !== null && this.#phase === 'live.idle';
  }

  #light(event) {
    if (!this.#timeline.isReplaying) this.#chart?.light(this.#phase, event);
  }

  #count() {
    const isShown = this.#isCounting && !this.#timeline.isReplaying;
    this.#chart?.setCountdown(
      isShown ? { from: 'live.idle', delay: 'idleTimeout', endsAt: this.#row.suspendsAt } : null,
    );
    this.#chart?.tick(this.#lastTick);
  }

  /** @param entry of the history; null: back to what is now */
  #stepped(entry) {
    this.#section.classList.toggle('past', entry !== null);
    if (entry === null) {
      this.#light(null);
      this.#count();
      this.tick(this.#lastTick);
      return;
    }
    this.#chart?.setCountdown(null);
    this.#chart?.light(entry.from ?? '');
    this.#chart?.light(entry.to, entry.event);
    this.#tell(`Then: ${stateName(entry.to)}`);
  }

  #tell(text) {
    if (this.#now.textContent !== text) this.#now.textContent = text;
  }
}
