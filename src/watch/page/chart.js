/** A machine's chart on the page: its states lit, its ways out marked, moved and magnified by hand, finger and key. */
import { View } from './chart-view.js';
import { duration } from './words.js';

/** `live.active.working`: itself and all that it is in. Several, with commas, if the machine is in several at once. */
function litBy(phase) {
  return phase.split(',').flatMap((path) => {
    const names = path.split('.');
    return names.map((_, index) => names.slice(0, index + 1).join('.'));
  });
}

export function stateName(phase) {
  return phase
    .split('.')
    .map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(' › ');
}

/**
 * @param container is emptied
 * @param svg the picture, as `charts/<machine>.svg` holds it
 */
export function showChart(container, { svg }) {
  return new Chart(container, svg);
}

class Chart {
  #svg;
  #view;
  #states = new Map();
  #edges;
  #lit = [];
  /** The waits that are under way, and for each state that one leads out of the clock above it. */
  #waits = [];
  #clocks = new Map();

  constructor(container, text) {
    const drawn = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    this.#svg = document.importNode(drawn, true);
    container.replaceChildren();
    this.#view = new View(container, this.#svg);
    for (const state of this.#svg.querySelectorAll('[data-state]')) {
      this.#states.set(state.dataset.state, state);
    }
    this.#edges = [...this.#svg.querySelectorAll('[data-from]')];
  }

  /**
   * @param phase the dotted state, '' if it is in none that is drawn
   * @param event what led there; it is marked which way that was
   */
  light(phase, event = null) {
    const before = this.#lit;
    this.#lit = phase === '' ? [] : litBy(phase);
    for (const [id, state] of this.#states) {
      state.classList.toggle('lit', this.#lit.includes(id));
      state.classList.toggle('here', phase.split(',').includes(id));
    }
    for (const edge of this.#edges) {
      const { from, to } = edge.dataset;
      edge.classList.toggle('way', this.#lit.includes(from));
      edge.classList.toggle('next', phase.split(',').includes(from));
      const wasTaken =
        event !== null && before.includes(from) && this.#lit.includes(to) && tells(edge, event);
      edge.classList.toggle('taken', wasTaken);
    }
    this.#view.place = this.#states.get(phase) ?? null;
  }

  /** @param waits `{from, delay, endsAt}` for each way that time leads, out of which state, and when */
  setWaits(waits) {
    this.#waits = waits;
    for (const edge of this.#edges) {
      const delays = (edge.dataset.after ?? '').split(' ');
      const isOne = waits.some(({ from, delay }) => edge.dataset.from === from && delays.includes(delay));
      edge.classList.toggle('counting', isOne);
    }
    const states = new Set(waits.map(({ from }) => from));
    for (const [state, clock] of this.#clocks) {
      if (states.has(state)) continue;
      clock.remove();
      this.#clocks.delete(state);
    }
    for (const state of states) {
      const clock = this.#clocks.has(state) ? null : this.#clockAbove(state);
      if (clock) this.#clocks.set(state, clock);
    }
  }

  /** At the state, which is in sight wherever its arrows lead. */
  #clockAbove(from) {
    const name = this.#states.get(from)?.querySelector('text');
    if (!name) return null;
    const clock = name.cloneNode();
    clock.setAttribute('y', String(Number(name.getAttribute('y')) - 26));
    clock.classList.add('clock');
    this.#svg.querySelector('.drawing').append(clock);
    return clock;
  }

  /** @param now of the daemon, ms since the epoch */
  tick(now) {
    for (const [state, clock] of this.#clocks) {
      const ends = this.#waits.filter(({ from }) => from === state).map(({ endsAt }) => endsAt);
      const text = `in ${duration(Math.min(...ends) - now)}`;
      if (clock.textContent !== text) clock.textContent = text;
    }
  }
}

/** Whether an edge is for an event: its title has a line for each. */
function tells(edge, event) {
  const delay = /^xstate\.after\.(\w+)/.exec(event)?.[1];
  const end = /^xstate\.(done|error)\.actor\.(.+)$/.exec(event);
  const name =
    delay !== undefined
      ? `after ${delay}`
      : end
        ? `${end[2].split('.').at(-1)} ${end[1] === 'done' ? 'done' : 'failed'}`
        : event;
  const lines = edge.querySelector('title').textContent.split('\n').slice(1);
  return lines.some((line) => line === name || line.startsWith(`${name} [`));
}
