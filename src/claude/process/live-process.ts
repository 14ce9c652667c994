/**
 * One Claude process behind one live session, from its spawn to the end of its whole tree. Whatever happens,
 * `claude.exited` comes once, last, and only when nothing of the tree lives any more.
 */
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import type { UntrustedFolder } from '../../../machines/folder-programs.ts';
import type { ClaudeUsage, RewindPoint } from '../../../machines/claude-reports.ts';
import type { ClaudeCommand, ClaudeInput } from '../../../machines/session-events.ts';
import { Approvals } from '../talk/approvals.ts';
import { Conversation } from '../talk/conversation.ts';
import { Ending, type Ladder } from './ending.ts';
import type { UnstampedEvent } from '../talk/events.ts';
import { launch, type Launched, type LaunchSettings } from './launch.ts';
import type { ClaudeLog } from '../log.ts';
import type { ClaudeListener, ClaudeProcess } from '../ports.ts';
import type { Guarded, OrphanGuard } from './orphan-guard.ts';
import { failure, startFailure, type Failure } from '../talk/problems.ts';
import type { ProcessTable } from './process-table.ts';
import { ProcessTree } from './process-tree.ts';
import { askRewindPoints, askUsage, rewindTo } from '../talk/questions.ts';
import { ProgressReader } from '../progress/progress-reader.ts';
import { lookForUntrusted, realFolder } from '../trust/look.ts';
import { PromptQueue } from '../talk/prompt-queue.ts';
import { offLimitsRules } from '../talk/off-limits.ts';
import { permissionsOf, projectKeysOf } from '../talk/session-rules.ts';
import { settlesWithin } from './settles-within.ts';
import { StderrTail } from './stderr-tail.ts';
import { hasTranscript, lookUpPrompts } from '../transcript/transcript.ts';

export interface LiveProcessOptions {
  settings: LaunchSettings;
  ladder: Ladder;
  guard: OrphanGuard;
  table: ProcessTable;
  now: () => number;
  log: ClaudeLog;
  /** Absolute files and folders that Claude's file tools keep off. */
  offLimits: readonly string[];
}

interface Exit {
  code: number | null;
  signal: string | null;
  untrusted?: UntrustedFolder;
}

/** How far back people look. */
const MOST_REWIND_POINTS = 10;
const NEVER_RAN: Exit = { code: null, signal: null };
/** How long what Claude said last may take to reach us after its end, if something keeps the pipe open. */
const LAST_WORDS_MS = 1_000;

export class LiveProcess implements ClaudeProcess {
  /** Its settings may change before it is launched. */
  #input: ClaudeInput;
  readonly #listener: ClaudeListener;
  readonly #beforePrompt: () => Promise<void>;
  readonly #options: LiveProcessOptions;
  readonly #prompts = new PromptQueue();
  readonly #approvals = new Approvals(
    (event) => this.#emit(event),
    (rules) => this.#noteSeen(projectKeysOf(rules)),
  );
  readonly #gone: Promise<void>;
  #running: { conversation: Conversation; ending: Ending } | null = null;
  #isUnwanted = false;
  #hasFailed = false;
  #hasExited = false;

  constructor(
    input: ClaudeInput,
    listener: ClaudeListener,
    beforePrompt: () => Promise<void>,
    options: LiveProcessOptions,
  ) {
    this.#input = input;
    this.#listener = listener;
    this.#beforePrompt = beforePrompt;
    this.#options = options;
    // Nobody hears of anything before the constructor has returned.
    this.#gone = Promise.resolve().then(() => this.#live());
  }

  send(command: ClaudeCommand): void {
    if (this.#isUnwanted) return;
    switch (command.type) {
      case 'claude.prompt':
        return this.#running?.conversation.prompt(command);
      case 'claude.withdraw':
        return this.#running?.conversation.withdraw(command.uuid);
      case 'claude.interrupt':
        return this.#running?.conversation.interrupt();
      case 'claude.configure':
        this.#input = { ...this.#input, ...command.settings };
        return this.#running?.conversation.configure(command.settings);
      case 'claude.answerApproval':
        return this.#approvals.answer(command.id, command.answer);
      case 'claude.stop':
        this.#isUnwanted = true;
        return this.#end();
    }
  }

  async usage(): Promise<ClaudeUsage | null> {
    const query = this.#running?.conversation.asked;
    return query ? askUsage(query) : null;
  }

  async rewindPoints(): Promise<RewindPoint[]> {
    const query = this.#running?.conversation.asked;
    if (!query) return [];
    const { environment } = this.#options.settings;
    const prompts = await lookUpPrompts(environment, this.#input.claudeSessionId, MOST_REWIND_POINTS);
    return askRewindPoints(query, prompts);
  }

  async rewind(uuid: string): Promise<boolean> {
    const query = this.#running?.conversation.asked;
    return query ? rewindTo(query, uuid) : false;
  }

  async kill(): Promise<void> {
    this.#isUnwanted = true;
    this.#end((ending) => ending.hurry());
    await this.#gone;
  }

  /** Its whole life. */
  async #live(): Promise<void> {
    const life = this.#isUnwanted ? Promise.resolve(NEVER_RAN) : this.#run();
    const exit = await life.catch((error: unknown) => {
      // Whoever waits for the exit must not wait for ever.
      this.#noteBug(error);
      return NEVER_RAN;
    });
    this.#emit({ type: 'claude.exited', ...exit });
  }

  async #run(): Promise<Exit> {
    if (!isFolder(this.#input.workspace))
      return this.#neverRan(failure('workspaceGone', this.#input.workspace));
    const resumes = await this.#hasConversation();
    const untrusted = await this.#lookAtFolder();
    if (this.#isUnwanted) return NEVER_RAN;
    if (untrusted) return { ...NEVER_RAN, untrusted };
    const guarded = this.#options.guard.guard();
    try {
      return await this.#runGuarded(resumes, guarded);
    } finally {
      await guarded.release();
    }
  }

  async #runGuarded(resumes: boolean, guarded: Guarded): Promise<Exit> {
    let launched: Launched;
    try {
      launched = launch({
        input: this.#input,
        settings: this.#options.settings,
        resumes,
        prompts: this.#prompts,
        canUseTool: this.#approvals.request,
        sendFiles: (files) => this.#listener.sendFiles(files),
      });
    } catch (error) {
      return this.#neverRan(failure('executableNotFound', error instanceof Error ? error.message : ''));
    }
    const { pid } = launched.child;
    return pid === undefined ? this.#explain(launched) : this.#accompany(launched, pid, guarded);
  }

  /** As late as can be: what comes into the folder after that is Claude Code's to notice. */
  async #lookAtFolder(): Promise<UntrustedFolder | null> {
    const { workspace, folderSettings } = this.#input;
    if (folderSettings === 'leftOut') return null;
    const { environment } = this.#options.settings;
    return lookForUntrusted(workspace, { environment, seen: (folder) => this.#listener.trust.seen(folder) });
  }

  #noteSeen(keys: readonly string[]): void {
    this.#listener.trust.noteSeen(realFolder(this.#input.workspace), keys);
  }

  /** A first turn that was cut off has left a transcript though nothing was answered in it. */
  async #hasConversation(): Promise<boolean> {
    const { conversationStarted, claudeSessionId } = this.#input;
    return conversationStarted || hasTranscript(this.#options.settings.environment, claudeSessionId);
  }

  /** From the spawn to the end of the whole tree. */
  async #accompany(launched: Launched, pid: number, guarded: Guarded): Promise<Exit> {
    const { query, child } = launched;
    const { table, now, ladder, log } = this.#options;
    const { owner } = this.#options.settings;
    const startTime = table.startTimeOf(pid) ?? '';
    guarded.isRoot({ pid, startTime });
    const tree = new ProcessTree({ table, isOurs: (other) => other === owner, roots: [{ pid, startTime }] });
    const exited = exitOf(child);
    const stderr = new StderrTail(child.stderr);
    const conversation = this.#converse(launched);
    const endInput = (): void => {
      this.#prompts.end();
      child.stdin?.end();
    };
    const ending = new Ending({ tree, ladder, endInput, exited });
    this.#running = { conversation, ending };
    this.#emit({ type: 'claude.spawned', process: { pid, startTime, startedAt: now() } });
    // It may be alive and yet say nothing any more; the SDK waits for its exit.
    child.stdout?.once('close', () => this.#end());
    const lastWords = conversation.read();

    const exit = await exited;
    await ending.endLeftovers();
    const { beyondReach: pids } = tree;
    if (pids.length > 0) log.warn({ session: this.#input.id, pids }, 'claude.beyondReach');
    await settlesWithin(lastWords, LAST_WORDS_MS);
    if (!conversation.isReady && !this.#isUnwanted) this.#fail(startFailure(stderr.text));
    this.#prompts.end();
    query.close();
    await ending.close();
    return exit;
  }

  #converse({ query }: Launched): Conversation {
    const denied = offLimitsRules(this.#options.offLimits);
    return new Conversation({
      sessionId: this.#input.id,
      query,
      prompts: this.#prompts,
      permissions: permissionsOf(this.#input.sessionRules, denied),
      offLimits: permissionsOf([], denied),
      progressReader: new ProgressReader(this.#input.workspace),
      now: this.#options.now,
      log: this.#options.log,
      emit: (event) => this.#emit(event),
      showProgress: (progress) => this.#listener.progress(progress),
      showOffers: (offers) => this.#listener.offers(offers),
      beforePrompt: this.#beforePrompt,
      giveUp: () => this.#end(),
    });
  }

  /** @param climb how fast; default: rung by rung */
  #end(climb = (ending: Ending, isWorking: boolean) => ending.begin(isWorking)): void {
    if (!this.#running) return;
    const { conversation, ending } = this.#running;
    this.#approvals.close();
    conversation.close();
    climb(ending, conversation.isWorking).catch((error: unknown) => this.#noteBug(error));
  }

  async #explain({ query, spawnFailed }: Launched): Promise<Exit> {
    const { code, message } = await spawnFailed;
    query.close();
    const isMissing = code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR';
    return this.#neverRan(failure(isMissing ? 'executableNotFound' : 'startFailed', message));
  }

  #noteBug(error: unknown): void {
    this.#options.log.error({ session: this.#input.id, err: error }, 'claude.processFailed');
  }

  #neverRan(why: Failure): Exit {
    this.#fail(why);
    return NEVER_RAN;
  }

  #fail(why: Failure): void {
    this.#emit({ type: 'claude.failed', ...why });
  }

  #emit(event: UnstampedEvent): void {
    // After a failure only the exit is of interest, and after that nothing.
    if (this.#hasExited || (this.#hasFailed && event.type !== 'claude.exited')) return;
    this.#hasFailed ||= event.type === 'claude.failed';
    this.#hasExited ||= event.type === 'claude.exited';
    this.#listener.event({ ...event, at: this.#options.now() });
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Whether a process can work there. */
function isFolder(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
