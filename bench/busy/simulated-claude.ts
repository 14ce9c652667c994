/**
 * Many Claude processes that cost next to nothing: each is a shell's two `cat`s between the daemon and named pipes, and this
 * process speaks for all of them. To the daemon they are real: an executable, a pid, pipes, the whole protocol.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf } from '../../src/error-code.ts';
import { handshake, turnLines } from './turn-script.ts';

export interface SimulatedClaudes {
  /** For `CLAUDE_COMMAND`. */
  command: string;
  /** Lines that went out in turns. */
  readonly events: number;
  /** How often a pipe was full: the daemon did not keep up. */
  readonly heldBack: number;
  /** Those that run. */
  readonly living: number;
  close(): Promise<void>;
}

export interface SimulatedOptions {
  eventsPerSecond: number;
  eventsPerTurn: number;
  /** What a prompt is answered with. */
  answer: (prompt: string) => string;
  /** A turn is over. */
  onAnswered: (prompt: string) => void;
}

/** Between two rounds; within a second everybody gets their events evenly spread over these. */
const ROUND_MS = 10;

export async function startSimulatedClaudes(options: SimulatedOptions): Promise<SimulatedClaudes> {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-claudes-'));
  const arrivals = join(folder, 'arrivals');
  execFileSync('mkfifo', [arrivals]);
  const command = join(folder, 'claude');
  await writeFile(command, scriptIn(folder));
  await chmod(command, 0o755);

  const counts = { events: 0, heldBack: 0 };
  const living = new Set<SimulatedClaude>();
  // Open for writing too, so that it never ends.
  const arrivalSocket = new Socket({ fd: openNow(arrivals, constants.O_RDWR), writable: false });
  createInterface({ input: arrivalSocket }).on('line', (name) => {
    const pipes = {
      hears: openNow(join(folder, `${name}.in`), constants.O_RDONLY),
      says: openNow(join(folder, `${name}.out`), constants.O_RDWR),
    };
    const claude = new SimulatedClaude(options, counts, pipes, () => living.delete(claude));
    living.add(claude);
  });
  const rounds = 1_000 / options.eventsPerSecond / ROUND_MS;
  let round = 0;
  const startedAt = performance.now();
  const wheel = setInterval(() => {
    // Rounds that a late timer has missed are made up for.
    for (; round * ROUND_MS < performance.now() - startedAt; round += 1) {
      let index = 0;
      for (const claude of living) if ((index++ + round) % rounds === 0) claude.say();
    }
  }, ROUND_MS);
  return {
    command,
    get events() {
      return counts.events;
    },
    get heldBack() {
      return counts.heldBack;
    },
    get living() {
      return living.size;
    },
    async close() {
      clearInterval(wheel);
      arrivalSocket.destroy();
      for (const claude of living) claude.leave();
      await rm(folder, { recursive: true });
    },
  };
}

/** Says that it has come, and then is two cats: what it hears goes to us, and what we say goes to the daemon. */
function scriptIn(folder: string): string {
  return `#!/bin/sh
[ "$1" = --version ] && { echo '2.1.330 (Claude Code)'; exit; }
mkfifo "${folder}/$$.in" "${folder}/$$.out"
echo $$ > "${folder}/arrivals"
cat < "${folder}/$$.out" &
exec cat > "${folder}/$$.in"
`;
}

/** A pipe whose other end may not be open yet. */
function openNow(path: string, access: number): number {
  return openSync(path, access | constants.O_NONBLOCK);
}

class SimulatedClaude {
  readonly #options: SimulatedOptions;
  readonly #counts: { events: number; heldBack: number };
  readonly #hears: Socket;
  readonly #says: number;
  /** What is left to say of the turn. */
  #turn: string[] = [];
  #prompt = '';
  /** Of a line that a full pipe took only in part. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(
    options: SimulatedOptions,
    counts: { events: number; heldBack: number },
    { hears, says }: { hears: number; says: number },
    onGone: () => void,
  ) {
    this.#options = options;
    this.#counts = counts;
    this.#says = says;
    this.#hears = new Socket({ fd: hears, writable: false });
    createInterface({ input: this.#hears }).on('line', (line) => this.#hear(JSON.parse(line) as Heard));
    this.#hears.once('close', () => {
      closeSync(says);
      onGone();
    });
  }

  /** The next event of its turn, if it is in one. */
  say(): void {
    const line = this.#turn.shift();
    if (line === undefined) return;
    this.#write(line);
    this.#counts.events += 1;
    if (this.#turn.length === 0) this.#options.onAnswered(this.#prompt);
  }

  leave(): void {
    this.#turn = [];
    this.#hears.destroy();
  }

  #hear(heard: Heard): void {
    if (heard.type === 'user') {
      this.#prompt = heard.message.content;
      const { answer, eventsPerTurn } = this.#options;
      this.#turn = turnLines(heard.uuid, answer(this.#prompt), eventsPerTurn);
    } else if (heard.type === 'control_request') {
      const response = heard.request.subtype === 'initialize' ? handshake() : {};
      const answer = { subtype: 'success', request_id: heard.request_id, response };
      this.#write(`${JSON.stringify({ type: 'control_response', response: answer })}\n`);
    }
  }

  #write(line: string): void {
    const bytes = Buffer.concat([this.#rest, Buffer.from(line)]);
    try {
      this.#rest = bytes.subarray(writeSync(this.#says, bytes));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      this.#rest = bytes;
    }
    if (this.#rest.length > 0) this.#counts.heldBack += 1;
  }
}

type Heard =
  | { type: 'user'; uuid: string; message: { content: string } }
  | { type: 'control_request'; request_id: string; request: { subtype: string } }
  | { type: 'control_response' };
