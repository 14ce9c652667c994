/** The real Claude Code binary in a home of its own, talking to the scripted model. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect } from 'vitest';
import type { ClaudeInput, RecoveryInput } from '../../machines/session-events.ts';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import { createClaude, type ClaudeOptions } from '../../src/claude/claude.ts';
import { ofSession } from '../../src/claude/process/owner.ts';
import type { ClaudePort, ClaudeProcess } from '../../src/claude/ports.ts';
import { systemProcessTable } from '../../src/claude/process/system-process-table.ts';
import { lookUpFates } from '../../src/claude/transcript/transcript.ts';
import { startModel } from '../../src/sandbox/model/model.ts';
import type { ScriptedModel } from '../../src/sandbox/ports.ts';
import { ClaudeRecorder } from './claude-recorder.ts';

export interface Running {
  process: ClaudeProcess;
  told: ClaudeRecorder;
  input: ClaudeInput;
  identity: ProcessIdentity;
  /** Hands over a prompt under a new uuid, which it returns. */
  prompt: (text: string) => string;
}

export class RealClaude implements AsyncDisposable {
  readonly claude: ClaudePort;
  readonly model: ScriptedModel;
  readonly folder: string;
  readonly workspace: string;
  readonly dataDir: string;
  readonly environment: Record<string, string>;
  /** The keys of what somebody has trusted, whatever the folder. */
  readonly trusted = new Set<string>();
  readonly #started: ClaudeProcess[] = [];

  private constructor(model: ScriptedModel, folder: string, options: Partial<ClaudeOptions>) {
    this.model = model;
    this.folder = folder;
    this.workspace = join(folder, 'workspace');
    this.dataDir = join(folder, 'data');
    this.environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: join(folder, 'home'),
      CLAUDE_CONFIG_DIR: join(folder, 'home', '.claude'),
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'sk-ant-test-0000000000',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      IS_SANDBOX: '1',
      ...options.environment,
    };
    const { environment, dataDir } = this;
    const log = pino({ level: 'silent' });
    this.claude = createClaude({ command: null, log, allowBypass: true, ...options, environment, dataDir });
  }

  static async start(options: Partial<ClaudeOptions> = {}): Promise<RealClaude> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'hibernaut-claude-')));
    const real = new RealClaude(await startModel(), folder, options);
    for (const path of [real.workspace, real.dataDir]) await mkdir(path);
    return real;
  }

  /** What a new session in the workspace would hand over. */
  input(change: Partial<ClaudeInput> = {}): ClaudeInput {
    return {
      id: `s-${randomUUID().slice(0, 8)}`,
      epoch: 1,
      workspace: this.workspace,
      model: null,
      effort: null,
      permissionMode: 'default',
      folderSettings: 'asTrusted',
      sessionRules: [],
      claudeSessionId: randomUUID(),
      conversationStarted: false,
      ...change,
    };
  }

  /** Starts a process without waiting for anything. */
  begin(change: Partial<ClaudeInput> = {}, beforePrompt: () => Promise<void> = () => Promise.resolve()) {
    const input = this.input(change);
    const told = new ClaudeRecorder(this.trusted);
    const process = this.claude.start(input, told, beforePrompt);
    this.#started.push(process);
    const prompt = (text: string): string => {
      const uuid = randomUUID();
      process.send({ type: 'claude.prompt', uuid, text });
      return uuid;
    };
    return { process, told, input, prompt };
  }

  /** Starts a process and waits until it can take prompts. */
  async run(change: Partial<ClaudeInput> = {}): Promise<Running> {
    const begun = this.begin(change);
    const { process: identity } = await begun.told.heard('claude.spawned');
    await begun.told.heard('claude.ready');
    return { ...begun, identity };
  }

  /** The pids of everything that lives of a session. */
  async alive({ id }: Pick<ClaudeInput, 'id'>): Promise<number[]> {
    const isOurs = ofSession(this.dataDir, id);
    const entries = await systemProcessTable().list();
    return entries.filter(({ owner }) => owner !== null && isOurs(owner)).map(({ pid }) => pid);
  }

  /** Waits until Claude has written the prompt down: it does so in its own time, also after it asked for something. */
  async hasWrittenDown({ claudeSessionId }: ClaudeInput, uuid: string): Promise<void> {
    const fate = async () => (await lookUpFates(this.environment, claudeSessionId, [uuid]))[0]?.fate;
    await expect.poll(fate, { timeout: 30_000 }).not.toBe('absent');
  }

  /** Waits until Claude has put words into its own queue, behind the turn that runs. */
  async hasQueued({ claudeSessionId }: ClaudeInput, words: string): Promise<void> {
    const isQueued = async () => {
      const lines = await this.#transcript(claudeSessionId);
      return lines.some((line) => line.includes('"enqueue"') && line.includes(words));
    };
    await expect.poll(isQueued, { timeout: 30_000 }).toBe(true);
  }

  /** Makes an empty file in the workspace. */
  touch(name: string): void {
    writeFileSync(join(this.workspace, name), '');
  }

  async #transcript(claudeSessionId: string): Promise<string[]> {
    const projects = join(this.environment['CLAUDE_CONFIG_DIR'] ?? '', 'projects');
    const [folder = ''] = await readdir(projects);
    const text = await readFile(join(projects, folder, `${claudeSessionId}.jsonl`), 'utf8');
    return text.split('\n');
  }

  recoveryOf(input: ClaudeInput, uuids: string[], process: ProcessIdentity | null = null): RecoveryInput {
    const { id, workspace, claudeSessionId } = input;
    return { id, workspace, claudeSessionId, process, uuids };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#started.map((process) => process.kill()));
    await this.claude.endOrphans();
    await this.model.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
