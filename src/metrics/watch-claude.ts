/** Counts what Claude's processes do, from between them and the daemon: starts, turns, how long they take, how they end. */
import type { ClaudeCommand, ClaudeEvent } from '../../machines/session-events.ts';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import type { ClaudeListener, ClaudePort, ClaudeProcess } from '../claude/ports.ts';
import type { Instruments, StartKind, TurnOutcome } from './instruments.ts';

/**
 * @param living is kept: the processes that live
 * @param monotonic ms, never jumps
 */
export function watchClaude(
  claude: ClaudePort,
  instruments: Instruments,
  living: Set<ProcessIdentity>,
  monotonic: () => number = () => performance.now(),
): ClaudePort {
  return {
    conversations: claude.conversations,
    desk: claude.desk,
    start: (input, listener, beforePrompt) => {
      const kind = input.conversationStarted ? 'resumed' : 'new';
      const watch = new ProcessWatch(kind, { instruments, living, monotonic });
      const process = claude.start(input, watched(listener, watch), beforePrompt);
      return {
        send: (command) => {
          watch.command(command);
          process.send(command);
        },
        ...delegated(process),
      };
    },
    recover: (input) => claude.recover(input),
    endOrphans: async () => {
      const ended = await claude.endOrphans();
      instruments.orphansEnded.inc(ended.length);
      return ended;
    },
    memory: (roots) => claude.memory(roots),
  };
}

function delegated(process: ClaudeProcess): Omit<ClaudeProcess, 'send'> {
  return {
    usage: () => process.usage(),
    rewindPoints: () => process.rewindPoints(),
    rewind: (uuid) => process.rewind(uuid),
    kill: () => process.kill(),
  };
}

function watched(listener: ClaudeListener, watch: ProcessWatch): ClaudeListener {
  return {
    trust: listener.trust,
    event: (event) => {
      watch.event(event);
      listener.event(event);
    },
    progress: (progress) => {
      if (progress.text !== '') watch.text();
      listener.progress(progress);
    },
    offers: (offers) => listener.offers(offers),
    sendFiles: (files) => listener.sendFiles(files),
  };
}

interface Surroundings {
  instruments: Instruments;
  living: Set<ProcessIdentity>;
  /** ms, never jumps. */
  monotonic: () => number;
}

interface Turn {
  since: number;
  hasText: boolean;
  isAnswered: boolean;
  isInterrupted: boolean;
}

class ProcessWatch {
  readonly #kind: StartKind;
  readonly #instruments: Instruments;
  readonly #living: Set<ProcessIdentity>;
  readonly #monotonic: () => number;
  readonly #startedAt: number;
  #turn: Turn | null = null;
  #identity: ProcessIdentity | null = null;
  #isStopped = false;

  constructor(kind: StartKind, { instruments, living, monotonic }: Surroundings) {
    this.#kind = kind;
    this.#instruments = instruments;
    this.#living = living;
    this.#monotonic = monotonic;
    this.#startedAt = monotonic();
    instruments.starts.inc({ kind });
  }

  command({ type }: ClaudeCommand): void {
    if (type === 'claude.prompt') this.#begin();
    else if (type === 'claude.interrupt' && this.#turn) this.#turn.isInterrupted = true;
    else if (type === 'claude.stop') this.#isStopped = true;
  }

  event(event: ClaudeEvent): void {
    switch (event.type) {
      case 'claude.spawned':
        this.#identity = event.process;
        this.#living.add(event.process);
        break;
      case 'claude.ready':
        this.#instruments.wakeSeconds.observe({ kind: this.#kind }, this.#secondsSince(this.#startedAt));
        break;
      case 'claude.turnStarted':
        this.#begin();
        break;
      case 'claude.answered':
        if (this.#turn) this.#turn.isAnswered = true;
        break;
      case 'claude.turnEnded':
        if (this.#turn) this.#end(outcomeOf(this.#turn));
        break;
      case 'claude.failed':
        this.#instruments.problems.inc({ problem: event.problem });
        this.#end('failed');
        break;
      case 'claude.exited':
        if (this.#identity) this.#living.delete(this.#identity);
        this.#end(this.#isStopped ? 'stopped' : 'crashed');
        break;
      default:
    }
  }

  text(): void {
    if (!this.#turn || this.#turn.hasText) return;
    this.#turn.hasText = true;
    this.#instruments.firstTextSeconds.observe(this.#secondsSince(this.#turn.since));
  }

  #begin(): void {
    const since = this.#monotonic();
    this.#turn ??= { since, hasText: false, isAnswered: false, isInterrupted: false };
  }

  #end(outcome: TurnOutcome): void {
    if (!this.#turn) return;
    this.#instruments.turns.inc({ outcome });
    this.#instruments.turnSeconds.observe(this.#secondsSince(this.#turn.since));
    this.#turn = null;
  }

  #secondsSince(at: number): number {
    return (this.#monotonic() - at) / 1_000;
  }
}

function outcomeOf({ isInterrupted, isAnswered }: Turn): TurnOutcome {
  if (isInterrupted) return 'interrupted';
  return isAnswered ? 'answered' : 'silent';
}
