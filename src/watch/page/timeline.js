/** What happened in a session: its states with how long and why, and all of it step by step, as on a tape. */
import { stateName } from './chart.js';
import { eventWords, whoWords } from './event-words.js';
import { clockTime, duration, endWords } from './words.js';

/** As many as the daemon keeps. */
const MAX_ENTRIES = 1_000;
/** States on the screen, until more are asked for. */
const SHOWN = 30;
const PLAY_MS = 900;

const BUTTONS = [
  ['first', '|◀', 'First step'],
  ['back', '◀', 'One step back'],
  ['play', '▶', 'Play'],
  ['forward', '▶|', 'One step forward'],
];

export class Timeline {
  #stepped;
  #entries = [];
  /** Which one is replayed; null: what happens now is shown. */
  #index = null;
  #playing = null;
  #drawing = null;
  #shown = SHOWN;
  #now = 0;
  #parts;

  /** @param stepped is told the entry that is replayed, or null when it is over */
  constructor(section, { stepped }) {
    this.#stepped = stepped;
    this.#parts = build(section);
    const { tape, slider, live, more, list, strip } = this.#parts;
    const acts = {
      first: () => this.#go(0),
      back: () => this.#go(this.#place - 1),
      play: () => this.#play(),
      forward: () => this.#go(this.#place + 1),
    };
    tape.addEventListener('click', ({ target }) => {
      const what = target.closest('[data-do]')?.dataset.do;
      if (what !== 'play') this.#pause();
      acts[what]?.();
    });
    slider.addEventListener('input', () => {
      this.#pause();
      this.#go(Number(slider.value));
    });
    live.addEventListener('click', () => this.#leave());
    more.addEventListener('click', () => {
      this.#shown = Infinity;
      this.#draw();
    });
    for (const place of [list, strip]) {
      place.addEventListener('click', ({ target }) => {
        const step = target.closest('[data-step]')?.dataset.step;
        if (step === undefined) return;
        this.#pause();
        this.#go(Number(step));
      });
    }
  }

  get isReplaying() {
    return this.#index !== null;
  }

  restart() {
    this.#entries = [];
    this.#shown = SHOWN;
    this.#leave();
    this.#draw();
  }

  set(entries) {
    const at = this.#entries[this.#index];
    this.#entries = entries.slice(-MAX_ENTRIES);
    this.#keepPlace(at);
    this.#draw();
  }

  add(entries) {
    const at = this.#entries[this.#index];
    this.#entries = [...this.#entries, ...entries].slice(-MAX_ENTRIES);
    this.#keepPlace(at);
    this.#drawSoon();
  }

  /** A busy session is drawn once for all that came meanwhile. */
  #drawSoon() {
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = null;
      this.#draw();
    });
  }

  /** @param now of the daemon, ms since the epoch */
  tick(now) {
    this.#now = now;
    const last = this.#parts.list.querySelector('li.now .for');
    const stay = staysOf(this.#entries).at(-1);
    if (last && stay) write(last, `for ${duration(now - stay.entry.at)}`);
  }

  get #place() {
    return this.#index ?? this.#entries.length;
  }

  /** The step that is replayed stays what it is when older ones go or the whole is told anew. */
  #keepPlace(entry) {
    if (this.#index === null) return;
    const found = this.#entries.findIndex(
      ({ at, event, to }) => at === entry?.at && event === entry.event && to === entry.to,
    );
    this.#index = Math.max(0, found);
  }

  #go(index) {
    if (this.#entries.length === 0) return;
    this.#index = Math.min(this.#entries.length - 1, Math.max(0, index));
    this.#stepped(this.#entries[this.#index]);
    this.#mark();
  }

  #leave() {
    this.#pause();
    const wasReplaying = this.isReplaying;
    this.#index = null;
    if (wasReplaying) this.#stepped(null);
    this.#mark();
  }

  #play() {
    if (this.#playing !== null) return this.#pause();
    if (this.#index === null || this.#index === this.#entries.length - 1) this.#go(0);
    this.#playing = setInterval(() => {
      this.#go(this.#place + 1);
      if (this.#index === this.#entries.length - 1) this.#pause();
    }, PLAY_MS);
    this.#mark();
  }

  #pause() {
    clearInterval(this.#playing);
    this.#playing = null;
    this.#mark();
  }

  #draw() {
    const { list, strip, more, empty } = this.#parts;
    const stays = staysOf(this.#entries);
    const longest = Math.max(1, ...stays.map((stay) => weightOf(stay, this.#now)));
    const shown = stays.slice(-this.#shown);
    list.replaceChildren(...shown.map((stay) => stayItem(stay, this.#now, longest)).reverse());
    strip.replaceChildren(...stays.slice(-120).map((stay) => stripPart(stay, this.#now)));
    more.hidden = shown.length === stays.length;
    write(more, `Show ${stays.length - shown.length} earlier`);
    empty.hidden = stays.length > 0;
    this.#mark();
  }

  /** What the tape says, and which state of the list is meant. */
  #mark() {
    const { tape, slider, step, live, list, strip, buttons } = this.#parts;
    const count = this.#entries.length;
    tape.hidden = count === 0;
    slider.max = String(Math.max(0, count - 1));
    slider.value = String(this.#index ?? count - 1);
    live.setAttribute('aria-pressed', String(!this.isReplaying));
    const isPlaying = this.#playing !== null;
    write(buttons.play, isPlaying ? '‖' : '▶');
    buttons.play.setAttribute('aria-label', isPlaying ? 'Pause' : 'Play');
    buttons.back.setAttribute('aria-disabled', String(this.#place === 0));
    buttons.forward.setAttribute('aria-disabled', String(this.#place >= count - 1));
    const entry = this.#entries[this.#index];
    const words = entry ? stepWords(entry, this.#index, count) : 'What happens now is shown.';
    slider.setAttribute('aria-valuetext', entry ? words : 'now');
    // Nobody wants to hear each step of what plays by itself.
    step.setAttribute('aria-live', isPlaying ? 'off' : 'polite');
    write(step, words);
    for (const part of [...list.children, ...strip.children]) {
      const { step: first, last } = part.dataset;
      const isIt = this.isReplaying && this.#index >= Number(first) && this.#index <= Number(last);
      if (isIt) part.setAttribute('aria-current', 'step');
      else part.removeAttribute('aria-current');
    }
  }
}

/** From each change of the state to the next one. */
function staysOf(entries) {
  const changes = entries.flatMap((entry, index) => (entry.from === entry.to ? [] : [{ entry, index }]));
  return changes.map(({ entry, index }, place) => ({
    entry,
    index,
    lastIndex: (changes[place + 1]?.index ?? entries.length) - 1,
    untilAt: changes[place + 1]?.entry.at ?? null,
  }));
}

/** A night beside a second: both are seen. */
function weightOf({ entry, untilAt }, now) {
  return Math.log10(1 + Math.max(0, (untilAt ?? Math.max(now, entry.at)) - entry.at) / 100);
}

/** The state that people know, for the colour. */
function family(phase) {
  if (/^(live\.active\.awaiting|suspended\.awaitingTrust)/.test(phase) || phase.includes('awaitingApproval'))
    return 'asks';
  if (phase.startsWith('live.active')) return 'active';
  if (phase.startsWith('live.idle')) return 'idle';
  if (phase.startsWith('live.stopping')) return 'stopping';
  if (phase.startsWith('suspended')) return 'suspended';
  return phase.startsWith('terminated') ? 'terminated' : 'between';
}

function why({ event, by, end, facts }) {
  const about = ['problem', 'subject', 'count']
    .map((fact) => facts?.[fact])
    .filter((fact) => fact !== undefined);
  const more = [...about.map(String), ...(end ? [endWords(end)] : [])];
  return {
    text: `${eventWords(event)}${more.length === 0 ? '' : ` (${more.join(', ')})`}`,
    who: whoWords(by),
  };
}

function stepWords(entry, index, count) {
  const { text, who } = why(entry);
  const where =
    entry.from === entry.to || entry.from === null
      ? stateName(entry.to)
      : `${stateName(entry.from)} → ${stateName(entry.to)}`;
  return `Step ${index + 1} of ${count}, ${clockTime(entry.at)}: ${text}, by ${who}. ${where}`;
}

function stayItem(stay, now, longest) {
  const { entry, index, lastIndex, untilAt } = stay;
  const { text, who } = why(entry);
  const item = element('li', { className: untilAt === null ? 'now' : '' });
  Object.assign(item.dataset, { step: index, last: lastIndex, family: family(entry.to) });
  const time = element('time', {
    textContent: clockTime(entry.at),
    dateTime: new Date(entry.at).toISOString(),
  });
  const state = element('button', {
    type: 'button',
    textContent: stateName(entry.to.replace(/^live\./, '')),
  });
  state.setAttribute('aria-label', `${state.textContent}, ${time.textContent}: show this step`);
  const bar = element('span', { className: 'bar' });
  bar.append(element('i', {}));
  bar.firstChild.style.inlineSize = `${Math.max(2, (100 * weightOf(stay, now)) / longest)}%`;
  const length = element('span', {
    className: 'for',
    textContent: `for ${duration((untilAt ?? now) - entry.at)}`,
  });
  item.append(
    time,
    state,
    bar,
    length,
    element('span', { className: 'why', textContent: `${text}, by ${who}` }),
  );
  return item;
}

function stripPart(stay, now) {
  const part = element('span', { title: `${stateName(stay.entry.to)}, ${clockTime(stay.entry.at)}` });
  Object.assign(part.dataset, { step: stay.index, last: stay.lastIndex, family: family(stay.entry.to) });
  part.style.flexGrow = String(0.3 + weightOf(stay, now));
  return part;
}

function build(section) {
  const list = section.querySelector('ol');
  const tape = element('div', { className: 'tape' });
  tape.setAttribute('role', 'group');
  tape.setAttribute('aria-label', 'Replay');
  const buttons = {};
  for (const [what, text, label] of BUTTONS) {
    buttons[what] = element('button', { type: 'button', textContent: text });
    buttons[what].dataset.do = what;
    buttons[what].setAttribute('aria-label', label);
  }
  const slider = element('input', { type: 'range', min: '0', step: '1' });
  slider.setAttribute('aria-label', 'Step');
  const live = element('button', { type: 'button', className: 'live', textContent: 'Live' });
  tape.append(...Object.values(buttons), slider, live);
  const step = element('p', { className: 'step' });
  step.setAttribute('role', 'status');
  const strip = element('div', { className: 'strip' });
  strip.setAttribute('aria-hidden', 'true');
  const more = element('button', { type: 'button', className: 'more', hidden: true });
  const empty = element('p', { textContent: 'Nothing is known of what happened in it.' });
  list.before(tape, step, strip, empty);
  list.after(more);
  return { list, tape, buttons, slider, live, step, strip, more, empty };
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
