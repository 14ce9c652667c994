/** The contract suite of the ClaudePort, against both of its implementations. */
import { randomUUID } from 'node:crypto';
import type { ClaudePort } from '../../src/claude/ports.ts';
import { RealClaude } from '../helpers/real-claude.ts';
import { SteerableClaude } from '../helpers/steerable-claude.ts';
import { claudePortContract } from './claude-port.contract.ts';

claudePortContract('Claude Code itself', async () => {
  const real = await RealClaude.start();
  return { claude: real.claude, input: real.input(), close: () => real[Symbol.asyncDispose]() };
});

claudePortContract('The steerable Claude', () => {
  const steerable = new SteerableClaude({ obedient: true });
  const claude: ClaudePort = {
    start: (...args) => {
      const process = steerable.start(...args);
      process.onPrompt = (text) => process.answers(`You said: ${text}`);
      return process;
    },
    conversations: steerable.conversations,
    desk: steerable.desk,
    recover: (input) => steerable.recover(input),
    endOrphans: () => steerable.endOrphans(),
    memory: (roots) => steerable.memory(roots),
  };
  const input = {
    id: 'session',
    epoch: 1,
    workspace: '/',
    model: null,
    effort: null,
    permissionMode: 'default',
    folderSettings: 'asTrusted',
    sessionRules: [],
    claudeSessionId: randomUUID(),
    conversationStarted: false,
  } as const;
  return Promise.resolve({ claude, input: { ...input, sessionRules: [] }, close: () => Promise.resolve() });
});
