/** The real Claude Code binary on the scripted model: one process, several turns. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CanUseTool,
  type PermissionMode,
  query,
  type SDKMessage,
  type SDKUserMessage,
} from '@anthropic-ai/claude-agent-sdk';

export interface ClaudeOptions {
  modelUrl: string;
  /** Default: every tool is allowed. */
  canUseTool?: CanUseTool;
  permissionMode?: PermissionMode;
}

export interface Claude {
  /** Its working directory: a folder of its own, gone after `close`. */
  readonly folder: string;
  readonly messages: SDKMessage[];
  /** Hands over a prompt; resolves with all text that Claude says until it is idle. */
  ask(text: string): Promise<string>;
  /** Hands over a prompt and returns at once. */
  push(text: string): void;
  /** Resolves with the first message, present or future, for which it is true; the `from`th (default: 0) or a later one. */
  waitFor(predicate: (message: SDKMessage) => boolean, from?: number): Promise<SDKMessage>;
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

export async function startClaude({ modelUrl, canUseTool, permissionMode }: ClaudeOptions): Promise<Claude> {
  const home = await mkdtemp(join(tmpdir(), 'hibernaut-model-'));
  const folder = join(home, 'work');
  await mkdir(folder);
  const inbox = new Inbox();
  const messages: SDKMessage[] = [];
  const watchers = new Set<() => void>();
  const claude = query({
    prompt: inbox.prompts(),
    options: {
      cwd: folder,
      env: environment(home, modelUrl),
      permissionMode: permissionMode ?? 'default',
      canUseTool:
        canUseTool ?? ((_name, input) => Promise.resolve({ behavior: 'allow', updatedInput: input })),
    },
  });
  const ended = (async () => {
    for await (const message of claude) {
      messages.push(message);
      watchers.forEach((look) => look());
    }
  })();
  ended.catch(() => undefined);

  const waitFor = (predicate: (message: SDKMessage) => boolean, from = 0): Promise<SDKMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<SDKMessage>();
    const look = () => {
      const found = messages.slice(from).find(predicate);
      if (found) resolve(found);
    };
    watchers.add(look);
    look();
    ended.then(() => reject(new Error('Claude ended.')), reject);
    return promise.finally(() => watchers.delete(look));
  };

  const push = (text: string) => inbox.push(text);
  return {
    folder,
    messages,
    push,
    waitFor,
    ask: async (text) => {
      const from = messages.length;
      push(text);
      await waitFor(isIdle, from);
      return textsOf(messages.slice(from)).join('\n');
    },
    interrupt: async () => {
      await claude.interrupt();
    },
    close: async () => {
      inbox.end();
      claude.close();
      await ended.catch(() => undefined);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

export function isIdle(message: SDKMessage): boolean {
  return message.type === 'system' && message.subtype === 'session_state_changed' && message.state === 'idle';
}

/** What Claude said, in order. */
export function textsOf(messages: SDKMessage[]): string[] {
  return messages.flatMap((message) =>
    message.type === 'assistant'
      ? message.message.content.flatMap((block) => (block.type === 'text' ? block.text : []))
      : [],
  );
}

function environment(home: string, modelUrl: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'scripted',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1',
    CLAUDE_CODE_MAX_RETRIES: '0',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
  };
}

class Inbox {
  readonly #waiting: string[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  push(text: string): void {
    this.#waiting.push(text);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *prompts(): AsyncGenerator<SDKUserMessage> {
    while (!this.#ended) {
      const content = this.#waiting.shift();
      if (content !== undefined) {
        yield { type: 'user', message: { role: 'user', content }, parent_tool_use_id: null };
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
