/** The list of sessions on the screen: one page of it, changed in place. */
import { attention } from './sessions.js';
import { ago, cost, duration, memory, stateWords } from './words.js';

/** A screenful or two; however many sessions there are, there are no more rows. */
export const PER_PAGE = 50;
/** Nothing. Read out as what it is, and not as a dash. */
const NONE = '–';

const COLUMNS = ['left', 'used', 'queue', 'memory', 'pid', 'cost'];
const LABELS = {
  left: 'Time left',
  used: 'Last used',
  queue: 'Queue',
  memory: 'Memory',
  pid: 'Process',
  cost: 'Cost',
};

export class List {
  #body;
  #lines = new Map();

  constructor(body) {
    this.#body = body;
  }

  /** @param rows of this page, in order */
  show(rows, now) {
    const lines = new Map();
    for (const row of rows) {
      const line = this.#lines.get(row.id) ?? makeLine(row.id);
      paint(line, row, now);
      lines.set(row.id, line);
    }
    for (const [id, { element }] of this.#lines) if (!lines.has(id)) element.remove();
    let place = this.#body.firstElementChild;
    for (const { element } of lines.values()) {
      if (element === place) place = place.nextElementSibling;
      else this.#body.insertBefore(element, place);
    }
    this.#lines = lines;
  }

  /** Only the times, which run. */
  tick(rowOf, now) {
    for (const [id, line] of this.#lines) {
      const row = rowOf(id);
      if (row) paintTimes(line, row, now);
    }
  }

  /** Whether somebody reads or works in it, so that nothing should move. */
  get isInUse() {
    return this.#body.contains(document.activeElement) || this.#body.matches(':hover');
  }

  get ids() {
    return [...this.#lines.keys()];
  }
}

function makeLine(id) {
  const element = document.createElement('tr');
  element.setAttribute('role', 'row');
  const head = cell(element, 'th', 'rowheader');
  head.scope = 'row';
  const link = document.createElement('a');
  link.href = `#/session/${encodeURIComponent(id)}`;
  const detail = document.createElement('small');
  head.append(link, detail);
  const state = cell(element, 'td', 'cell', 'state');
  const badge = document.createElement('span');
  badge.className = 'badge';
  state.append(badge);
  const cells = Object.fromEntries(
    COLUMNS.map((name) => {
      const made = cell(element, 'td', 'cell', `number ${name}`);
      made.dataset.label = LABELS[name];
      return [name, made];
    }),
  );
  return { element, link, detail, badge, cells };
}

function cell(parent, tag, role, className = '') {
  const made = document.createElement(tag);
  made.setAttribute('role', role);
  made.className = className;
  parent.append(made);
  return made;
}

function paint(line, row, now) {
  const { element, link, detail, badge, cells } = line;
  write(link, row.name);
  write(detail, [row.folder === row.name ? null : row.folder, row.id].filter(Boolean).join(' · '));
  write(badge, stateWords(row));
  badge.dataset.state = row.state;
  element.classList.toggle('attention', attention(row) > 0);
  fill(cells.queue, row.inbox === 0 ? null : String(row.inbox));
  fill(cells.memory, memory(row.memoryMb));
  fill(cells.pid, row.pid === null ? null : String(row.pid));
  fill(cells.cost, row.turns === 0 ? null : cost(row.costUsd));
  paintTimes(line, row, now);
}

function paintTimes({ cells }, row, now) {
  fill(cells.left, timeLeft(row, now));
  fill(cells.used, ago(now - row.lastActivityAt));
}

export function timeLeft({ state, suspendsAt, idleTimeoutMs }, now) {
  if (suspendsAt !== null) return duration(suspendsAt - now);
  return state === 'idle' && idleTimeoutMs === null ? 'off' : null;
}

function fill(element, text) {
  write(element, text ?? NONE);
  element.classList.toggle('none', text === null);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
