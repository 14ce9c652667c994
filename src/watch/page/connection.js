/** The page's way to the daemon: what changes comes as server-sent events, what a person wants goes out as a JSON POST. */

/** The daemon is heard every 15 s; a tunnel that has broken does not say so. */
const SILENT_MS = 40_000;
const RETRY_MS = 1_000;
/** A page that nobody sees costs the daemon nothing. */
const HIDDEN_MS = 20_000;
const EVENTS = ['hello', 'host', 'machine', 'rows', 'ready', 'timeline', 'entries', 'beat'];

export class Connection {
  #on;
  #source = null;
  #heardAt = 0;
  #retry = null;
  #hide = null;

  /** @param on a function for each event, `state(word)` for `connecting`, `open`, `lost`, `unknown`, and `hello` */
  constructor(on) {
    this.#on = on;
    setInterval(() => {
      if (this.#source && Date.now() - this.#heardAt > SILENT_MS) this.#lose();
    }, 5_000);
    document.addEventListener('visibilitychange', () => this.#seen(!document.hidden));
    addEventListener('online', () => this.#source ?? this.open());
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#source?.close();
    this.#heardAt = Date.now();
    const source = new EventSource('changes');
    this.#source = source;
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data }) => {
        if (this.#source !== source) return;
        this.#heardAt = Date.now();
        if (event === 'hello') this.#on.state('open');
        this.#on[event]?.(JSON.parse(data));
      });
    }
    source.addEventListener('error', () => this.#source === source && this.#lose());
  }

  #lose() {
    this.#source?.close();
    this.#source = null;
    this.#on.state('lost');
    this.#retry = setTimeout(() => void this.#again(), RETRY_MS);
  }

  /** EventSource does not say why it was refused. */
  async #again() {
    const known = await fetch('index.html', { method: 'HEAD' }).catch(() => null);
    if (known?.status === 403) this.#on.state('unknown');
    else if (known?.ok) this.open();
    else this.#retry = setTimeout(() => void this.#again(), RETRY_MS);
  }

  #seen(isSeen) {
    clearTimeout(this.#hide);
    if (!isSeen) {
      this.#hide = setTimeout(() => {
        clearTimeout(this.#retry);
        this.#source?.close();
        this.#source = null;
      }, HIDDEN_MS);
    } else if (!this.#source) this.open();
  }
}

/**
 * @returns what the daemon answered, or null if it had nothing to say
 * @throws Error with a sentence for the person
 */
export async function act(action, body) {
  const response = await fetch(`actions/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('Hibernaut does not answer. It may just have stopped.');
  });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
