/** Keeps the tortured daemon running, kills it, and notes each death: what a service manager does, and its opposite. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { callControl } from '../../src/control/call.ts';
import type { DaemonStatus } from '../../src/daemon/status.ts';
import { until } from '../helpers/until.ts';
import { CLAUDE_KILLED, NO_ORDERS, ORDERS_VARIABLE, type Orders } from './orders.ts';

const DAEMON = new URL('daemon.ts', import.meta.url).pathname;

export interface Death {
  /**
   * Wall clock, ms since the epoch: when the next daemon began, because what the dead one had sent may arrive after its
   * death.
   */
  at: number;
  /** `killed`, `stopped`, `disk` (it refused to start without one), or the crash point that it came to. */
  how: string;
}

/** Its last words: the store that it could not open. */
const REFUSED_TO_START = /StoreError: Cannot .*\n$/;

/** What the log says only of a bug, whatever the world did to the daemon. */
const BUG =
  /"msg":"(daemon\.(bug|failed|stepFailed)|session\.(failed|observerFailed|recoveryFailed|notReached|unreadable)|claude\.(commandFailed|processFailed)|process\.killFailed|control\.failed|telegram\.(delivery\.dropped|render\.failed|poller\.failed|update\.(passedOver|notTold)))"/;

/** Of its log, for whoever reads of a failure. */
const LOG_KEPT = 400_000;

export class Keeper {
  readonly deaths: Death[] = [];
  /** How often it has killed a Claude on order. */
  claudeKilled = 0;
  /** Ends that nobody ordered, and starts that failed, each with its words. */
  readonly surprises: string[] = [];
  readonly #environment: Record<string, string>;
  readonly #dataDir: string;
  #child: ChildProcess | null = null;
  readonly #killed = new WeakSet<ChildProcess>();
  readonly #stopped = new WeakSet<ChildProcess>();
  /** The crash point that each was last told of; it may come to it just before the order is withdrawn. */
  readonly #armed = new WeakMap<ChildProcess, string>();
  /** Those whose disk was ordered to refuse: they may not even start. */
  readonly #withoutDisk = new WeakSet<ChildProcess>();
  #orders: Orders = NO_ORDERS;
  /** How long it stays down after it came to a crash point. */
  #downMs = 0;
  /** What the next one is ordered when this one came to its crash point. */
  #nextCrash: Orders['crash'] = null;
  #places: number | null = null;
  #log = '';
  /** Ends and starts, one after the other. */
  #lane: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(dataDir: string, environment: Record<string, string>) {
    this.#dataDir = dataDir;
    this.#environment = environment;
  }

  get log(): string {
    return this.#log;
  }

  /** Resolves when it has been spawned; whether it serves is for `status` to tell. */
  start(): Promise<void> {
    return this.#inOrder(() => this.#spawn());
  }

  /** @param after what happens if it dies of the order: how long it stays down, where the next one dies */
  obey(orders: Partial<Orders>, after: { downMs?: number; crash?: Orders['crash'] } = {}): void {
    this.#orders = { ...this.#orders, ...orders };
    if (orders.crash !== undefined) {
      this.#downMs = after.downMs ?? 0;
      this.#nextCrash = after.crash ?? null;
    }
    if (this.#child?.connected) this.#child.send(this.#orders);
    this.#noteArmed();
    if (this.#child && orders.disk) this.#withoutDisk.add(this.#child);
    // The next daemon's disk works.
    this.#orders = { ...this.#orders, disk: null };
  }

  /** kill -9 right now, and a new one after `downMs`. @param along kills what dies at the same time */
  kill(downMs: number, along: () => void = () => undefined): Promise<void> {
    const child = this.#child;
    if (child && isAlive(child)) {
      this.#killed.add(child);
      this.deaths.push({ at: Date.now(), how: 'killed' });
      child.kill('SIGKILL');
    }
    along();
    return this.#inOrder(() => this.#startAgain(child, downMs));
  }

  /**
   * SIGTERM, and a new one `downMs` after it has ended.
   * @param places how many sessions may live at once from then on; null: as many as the machine holds
   */
  restart(downMs: number, places: number | null): Promise<void> {
    return this.#inOrder(async () => {
      const child = this.#child;
      await this.#stop();
      this.#places = places;
      await this.#startAgain(child, downMs);
    });
  }

  /** Resolves when no end and no start is under way any more. */
  async settled(): Promise<void> {
    let last: unknown;
    do {
      last = this.#lane;
      await last;
    } while (last !== this.#lane);
  }

  status(): Promise<DaemonStatus> {
    return callControl(this.#dataDir, 'status', undefined, 3_000) as Promise<DaemonStatus>;
  }

  async serving(): Promise<void> {
    await until(
      'the daemon to serve',
      () => this.status(),
      ({ daemon }) => daemon.state === 'serving' && daemon.pid === this.#child?.pid,
    );
  }

  /** Stops it for good. */
  async close(): Promise<void> {
    await this.settled();
    this.#isOver = true;
    await this.#inOrder(() => this.#stop());
  }

  #inOrder(act: () => Promise<void>): Promise<void> {
    const done = this.#lane.then(act);
    this.#lane = done.catch((error: unknown) => this.surprises.push(String(error)));
    return done;
  }

  /** @param child the one that ends; if another one runs already, all is well */
  async #startAgain(child: ChildProcess | null, downMs: number): Promise<void> {
    if (child && isAlive(child)) await once(child, 'exit');
    if (this.#isOver || this.#child !== child) return;
    await sleep(downMs);
    await this.#spawn();
  }

  async #spawn(): Promise<void> {
    const death = this.deaths.at(-1);
    if (death) death.at = Date.now();
    const child = spawn(process.execPath, [DAEMON], {
      env: {
        ...this.#environment,
        ...(this.#places !== null && { HIBERNAUT_MAX_LIVE: String(this.#places) }),
        [ORDERS_VARIABLE]: JSON.stringify(this.#orders),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#noteArmed();
    this.#read(child.stdout);
    this.#read(child.stderr);
    child.on('message', (told) => {
      if (told === CLAUDE_KILLED) this.claudeKilled += 1;
    });
    // Not `exit`: its last words are to be heard before it is judged.
    child.on('close', (code, signal) => this.#noteEnd(child, code, signal));
    // The channel closes with the process, perhaps while something is being sent.
    child.on('error', () => undefined);
    await once(child, 'spawn');
  }

  #read(stream: Readable | null): void {
    if (!stream) return;
    createInterface(stream).on('line', (line) => {
      this.#log = `${this.#log}${line}\n`.slice(-LOG_KEPT);
      if (BUG.test(line)) this.surprises.push(`The daemon logged a bug: ${line.slice(0, 2_000)}`);
    });
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (!child || !isAlive(child)) return;
    this.#stopped.add(child);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }

  #noteEnd(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#killed.has(child)) return;
    const point = this.#armed.get(child);
    if (signal === 'SIGKILL' && point !== undefined) return this.#noteCrash(child, point);
    // The signal itself ends a Node that has not come to run the daemon yet.
    if (this.#stopped.has(child) && (code === 0 || signal === 'SIGTERM')) {
      this.deaths.push({ at: Date.now(), how: 'stopped' });
      return;
    }
    if (this.#withoutDisk.has(child) && REFUSED_TO_START.test(this.#log)) {
      this.deaths.push({ at: Date.now(), how: 'disk' });
      void this.#inOrder(() => this.#startAgain(child, 0));
      return;
    }
    this.surprises.push(`The daemon ended with ${String(code ?? signal)}:\n${this.#log.slice(-4_000)}`);
    if (!this.#isOver) void this.#inOrder(() => this.#startAgain(child, 0));
  }

  #noteArmed(): void {
    const { crash } = this.#orders;
    if (this.#child && crash) this.#armed.set(this.#child, crash.point);
  }

  #noteCrash(child: ChildProcess, point: string): void {
    this.deaths.push({ at: Date.now(), how: point });
    this.#orders = { ...this.#orders, crash: this.#nextCrash };
    this.#nextCrash = null;
    void this.#inOrder(() => this.#startAgain(child, this.#downMs));
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
