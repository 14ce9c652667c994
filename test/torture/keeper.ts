/** Keeps the tortured daemon running, kills it, and notes each death: what a service manager does, and its opposite. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { callControl } from '../../src/control/call.ts';
import type { DaemonStatus } from '../../src/daemon/status.ts';
import { until } from '../helpers/until.ts';
import { NO_ORDERS, ORDERS_VARIABLE, type Orders } from './orders.ts';

const DAEMON = new URL('daemon.ts', import.meta.url).pathname;

export interface Death {
  /** Wall clock, ms since the epoch. A death at a crash point is noted a moment after it. */
  at: number;
  /** `killed`, `stopped`, `disk` (it refused to start without one), or the crash point that it came to. */
  how: string;
}

/** Of its log, for whoever reads of a failure. */
const LOG_KEPT = 400_000;

export class Keeper {
  readonly deaths: Death[] = [];
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

  /** @param downMs how long it stays down if it dies of the order */
  obey(orders: Partial<Orders>, downMs = 0): void {
    this.#orders = { ...this.#orders, ...orders };
    this.#downMs = downMs;
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

  /** SIGTERM, and a new one `downMs` after it has ended. */
  restart(downMs: number): Promise<void> {
    return this.#inOrder(async () => {
      const child = this.#child;
      await this.#stop();
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
    const child = spawn(process.execPath, [DAEMON], {
      env: { ...this.#environment, [ORDERS_VARIABLE]: JSON.stringify(this.#orders) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#noteArmed();
    const collect = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-LOG_KEPT);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('exit', (code, signal) => this.#noteEnd(child, code, signal));
    // The channel closes with the process, perhaps while something is being sent.
    child.on('error', () => undefined);
    await once(child, 'spawn');
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
    if (code === EXIT.configuration && this.#withoutDisk.has(child)) {
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
    this.#orders = { ...this.#orders, crash: null };
    void this.#inOrder(() => this.#startAgain(child, this.#downMs));
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
