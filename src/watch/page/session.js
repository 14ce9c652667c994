/** One session on the screen: its state, its facts, its buttons, its chart and what happened in it. */
import { act } from './connection.js';
import { confirmed, needsConfirmation } from './confirm.js';
import { timeLeft } from './list.js';
import { MachineChart } from './machine-chart.js';
import { ago, askWords, clockTime, cost, duration, endWords, memory, stateWords } from './words.js';

/** Which buttons make sense in which state. */
const ORDERS = {
  active: ['suspend', 'stop', 'end'],
  idle: ['suspend', 'end'],
  suspended: ['wake', 'end'],
  terminated: [],
};

const byId = (id) => document.getElementById(id);

export class SessionView {
  #id = null;
  #row = null;
  #chart = new MachineChart(byId('chart'), byId('timeline'));
  /** What the daemon has told of its machine. */
  #machine = null;
  #busy = false;

  constructor() {
    for (const button of byId('orders').querySelectorAll('[data-order]')) {
      button.addEventListener('click', () => void this.#order(button.dataset.order));
    }
    byId('timeout').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#do('timeout', { duration: byId('timeout-value').value });
    });
  }

  /** @param id null: none is shown */
  open(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.#row = null;
    byId('said').textContent = '';
    byId('timeout-value').value = '';
    this.#machine = null;
    this.#chart.open(id === null ? null : 'session');
  }

  /** @param row undefined: there is none, as far as is known */
  show(row, now, isWhole) {
    if (row === undefined) {
      byId('session-title').textContent = isWhole ? 'No such session' : '…';
      say('session-state', isWhole ? 'There is no session with this id.' : '');
      byId('orders').hidden = true;
      byId('facts').replaceChildren();
      return;
    }
    const isOther = this.#row?.state !== row.state || this.#row.id !== row.id;
    this.#row = row;
    byId('orders').hidden = row.state === 'terminated';
    byId('session-title').textContent = row.name;
    document.title = `${row.name} – Hibernaut`;
    say('session-state', stateWords(row));
    byId('session-state').dataset.state = row.state;
    if (isOther) this.#offer();
    const field = byId('timeout-value');
    if (field !== document.activeElement && (isOther || field.value === '')) field.value = timeoutValue(row);
    this.#chart.show(row.phase, this.#waits());
    this.tick(now);
  }

  /** What runs with the clock. */
  tick(now) {
    const row = this.#row;
    if (!row) return;
    facts(byId('facts'), [
      ['Time left', timeLeft(row, now) ?? 'not idle'],
      ['Last used', `${ago(now - row.lastActivityAt)}, ${clockTime(row.lastActivityAt)}`],
      [
        'Process',
        row.pid === null ? 'none' : [`pid ${row.pid}`, memory(row.memoryMb)].filter(Boolean).join(', '),
      ],
      ['Queue', row.inbox === 0 ? 'no message waits' : `${row.inbox} waiting for an answer`],
      ['Owed to the chat', owed(row)],
      [
        'Waiting for you',
        row.asks.length === 0 ? 'nothing' : `${row.asks.map(askWords).join(', ')}: in the chat`,
      ],
      ['Cost', `${cost(row.costUsd)} in ${row.turns} ${row.turns === 1 ? 'turn' : 'turns'}`],
      ['Idle timeout', row.idleTimeoutMs === null ? 'off' : duration(row.idleTimeoutMs)],
      [
        'Last end',
        row.lastEnd === null ? 'none yet' : `${endWords(row.lastEnd)}, ${ago(now - row.lastEnd.at)}`,
      ],
      ['Folder', row.folder],
      ['Chat', row.threadId === null ? String(row.chatId) : `${row.chatId}, topic ${row.threadId}`],
      ['Settings', [row.model, row.effort, row.permissionMode].filter(Boolean).join(', ')],
      ['Begun', clockTime(row.createdAt)],
      ['Id', row.id],
    ]);
    this.#chart.tick(now);
  }

  /** Until when people have, they are told by the row: that deadline holds over restarts and for clocks that jump. */
  #waits() {
    const { phase, suspendsAt } = this.#row;
    const others = (this.#machine?.waits ?? []).filter(({ delay }) => delay !== 'idleTimeout');
    const isIdle = suspendsAt !== null && phase === 'live.idle';
    return isIdle ? [{ from: phase, delay: 'idleTimeout', endsAt: suspendsAt }, ...others] : others;
  }

  get #subject() {
    return `session/${this.#id}`;
  }

  /** What time will do to its machine. */
  moved(told) {
    if (told.subject !== this.#subject) return;
    this.#machine = told;
    if (this.#row) this.#chart.show(this.#row.phase, this.#waits());
  }

  /** What happened before. */
  timeline(told) {
    if (told.subject === this.#subject) this.#chart.timeline(told.entries);
  }

  /** What has just happened. */
  entries(told) {
    if (told.subject === this.#subject) this.#chart.entries(told.entries);
  }

  async #order(order) {
    const { name } = this.#row;
    if (needsConfirmation(order) && !(await confirmed(byId('confirm'), order, name))) return;
    await this.#do('order', { order });
  }

  async #do(action, request) {
    const id = this.#id;
    if (this.#busy) return;
    this.#busy = true;
    this.#offer();
    say('said', 'One moment …', '');
    try {
      const { text, isInVain } = await act(action, { session: id, ...request });
      if (id === this.#id) say('said', text, isInVain ? 'bad' : 'good');
    } catch (error) {
      if (id === this.#id) say('said', error.message, 'bad');
    } finally {
      this.#busy = false;
      this.#offer();
    }
  }

  /** A button that means nothing now is told to be off, but keeps the focus that somebody has on it. */
  #offer() {
    const offered = ORDERS[this.#row?.state] ?? [];
    for (const button of byId('orders').querySelectorAll('button')) {
      const { order } = button.dataset;
      const isOffered = order === undefined || offered.includes(order);
      button.hidden = !isOffered && button !== document.activeElement;
      button.setAttribute('aria-disabled', String(this.#busy || !isOffered));
    }
  }
}

function owed({ outbox, isUndeliverable }) {
  if (outbox === 0) return 'nothing';
  return isUndeliverable ? `${outbox}, which Telegram refuses` : `${outbox} on the way`;
}

/** As it is written into the field: `10m`, `36h`, `off`. */
function timeoutValue({ idleTimeoutMs }) {
  return idleTimeoutMs === null ? 'off' : duration(idleTimeoutMs).replaceAll(' ', '').replace('min', 'm');
}

/** @param tone how it is meant, for the eye */
function say(id, text, tone) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
  if (tone !== undefined) element.dataset.tone = tone;
}

/** A description list, changed in place. */
export function facts(list, pairs) {
  for (const [index, [term, value]] of pairs.entries()) {
    let pair = list.children[index];
    if (!pair) {
      pair = document.createElement('div');
      pair.append(document.createElement('dt'), document.createElement('dd'));
      list.append(pair);
    }
    const [dt, dd] = pair.children;
    if (dt.textContent !== term) dt.textContent = term;
    if (dd.textContent !== value) dd.textContent = value;
  }
  while (list.children.length > pairs.length) list.lastElementChild.remove();
}
