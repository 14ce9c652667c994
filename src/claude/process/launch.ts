/** Starts the Claude Code executable: the SDK speaks the protocol, execa spawns, we say with what. */
import type { ChildProcess } from 'node:child_process';
import { query, type CanUseTool, type Options, type Query } from '@anthropic-ai/claude-agent-sdk';
import { execa } from 'execa';
import type { ClaudeInput } from '../../../machines/session-events.ts';
import { filesServer, SEND_FILES } from '../talk/files-tool.ts';
import { OWNER_VARIABLE } from './owner.ts';
import type { ClaudeListener } from '../ports.ts';
import type { PromptQueue } from '../talk/prompt-queue.ts';
import { permissionModeOf } from '../talk/session-rules.ts';

export interface LaunchSettings {
  /** Another executable than the one that the SDK brings, or null. */
  command: string | null;
  /** The whole environment, apart from what is added here. */
  environment: Readonly<Record<string, string>>;
  /** The mark of the session's processes. */
  owner: string;
  /** Whether the session may be put into `bypassPermissions`, now or later. */
  allowBypass: boolean;
}

export interface Launch {
  input: ClaudeInput;
  settings: LaunchSettings;
  /** Continues the conversation instead of beginning it. */
  resumes: boolean;
  prompts: PromptQueue;
  canUseTool: CanUseTool;
  sendFiles: ClaudeListener['sendFiles'];
}

export interface Launched {
  query: Query;
  child: ChildProcess;
  /** Resolves if the executable could not be started, with the system's error code (`ENOENT`). Else never. */
  spawnFailed: Promise<{ code: string | undefined; message: string }>;
}

/** @throws Error if the SDK finds no executable for this platform */
export function launch(options: Launch): Launched {
  const { prompts, canUseTool } = options;
  let child: ChildProcess | null = null;
  const { promise: spawnFailed, resolve: failSpawn } = Promise.withResolvers<{
    code: string | undefined;
    message: string;
  }>();
  const spawnClaudeCodeProcess: Options['spawnClaudeCodeProcess'] = ({ command, args, cwd, env }) => {
    const subprocess = execa(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      extendEnv: false,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      // It lives for days: what it says is read as it comes, and kept nowhere.
      buffer: false,
      reject: false,
    });
    void subprocess.then(({ code, originalMessage }) => {
      if (subprocess.pid === undefined) failSpawn({ code, message: originalMessage ?? '' });
    });
    child = subprocess.nodeChildProcess;
    // The SDK's own signal stays unused: ending is ours, rung by rung (ending.ts).
    return Object.assign(child, { stdin: subprocess.stdin, stdout: subprocess.stdout });
  };
  const session = query({
    prompt: prompts,
    options: {
      ...optionsFor(options),
      canUseTool,
      mcpServers: filesServer(options.sendFiles),
      spawnClaudeCodeProcess,
    },
  });
  if (!child) throw new Error('The Agent SDK did not start a process.');
  return { query: session, child, spawnFailed };
}

function optionsFor({ input, settings, resumes }: Launch): Options {
  const { command, environment, owner, allowBypass } = settings;
  const { workspace, model, effort, claudeSessionId, sessionRules } = input;
  const permissionMode = permissionModeOf(input.permissionMode, sessionRules, allowBypass);
  const leavesOut = input.folderSettings === 'leftOut';
  const bypasses = permissionMode === 'bypassPermissions';
  return {
    cwd: workspace,
    ...(command === null ? {} : { pathToClaudeCodeExecutable: command }),
    ...(model === null ? {} : { model }),
    ...(effort === null ? {} : { effort }),
    ...(resumes ? { resume: claudeSessionId } : { sessionId: claudeSessionId }),
    ...(bypasses ? {} : { permissionMode }),
    // As arguments, where the SDK's own options would warn on standard error that it will not ask. That was the choice:
    // what goes to nobody but the person themselves needs no leave. Questions it asks still.
    extraArgs: { allowedTools: SEND_FILES, ...(bypasses && { 'permission-mode': permissionMode }) },
    // A process that was started without it can't be put into that mode later (seen with Claude Code 2.1.330).
    allowDangerouslySkipPermissions: allowBypass,
    includePartialMessages: true,
    // As at the desk: what its edit tools change is kept, so that it can be put back.
    enableFileCheckpointing: true,
    // As at the desk: the person's and the project's settings, CLAUDE.md, Claude Code's own system prompt. Through the SDK
    // nobody is asked for trust: that was seen to before. A folder's CLAUDE.md comes with its settings or not at all.
    settingSources: leavesOut ? ['user'] : ['user', 'project', 'local'],
    systemPrompt: { type: 'preset', preset: 'claude_code' },
    env: {
      // For newer models Claude Code leaves the tools of the task list out (2.1.330), and the chat would see no ticks.
      CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
      ...environment,
      [OWNER_VARIABLE]: owner,
      // Without it Claude does not say when it is idle.
      CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1',
      // Where it looks beyond the sources, too, nothing of the folder counts (undocumented; VS Code's extension sets both).
      ...(leavesOut && { CLAUDE_CODE_IGNORE_PERSISTED_TRUST: '1' }),
      // A failed start is told in the protocol, not on standard error only.
      CLAUDE_CODE_STARTUP_FAILURE_RESULTS: '1',
      // Claude Code refuses this mode under root without it. Whoever chose both has chosen.
      ...(allowBypass && process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}),
    },
  };
}
