/** The sub-agents at work, and what each of them does. Pure. */
import type { ClaudeMessage } from '../talk/messages.ts';
import type { SubAgent } from '../ports.ts';
import { inOneLine } from './activity.ts';

type TaskMessage = Extract<ClaudeMessage, { subtype: 'task_started' | 'task_updated' | 'task_notification' }>;

const ENDED = ['completed', 'failed', 'killed', 'stopped'];
/** More than anyone reads. */
const KEPT = 50;

interface Agent extends SubAgent {
  /** The tool call that started it; what it says carries that (`parent_tool_use_id`). */
  callId: string | undefined;
}

export class SubAgents {
  readonly #agents = new Map<string, Agent>();

  get agents(): SubAgent[] {
    return [...this.#agents.values()].map(({ task, doing }) => ({ task, doing }));
  }

  /** Whether anything changed. */
  read(message: TaskMessage): boolean {
    const { task_id: id } = message;
    switch (message.subtype) {
      case 'task_started': {
        const {
          task_type: type,
          ambient,
          skip_transcript: isHidden,
          description,
          tool_use_id: callId,
        } = message;
        if (type !== 'local_agent' || ambient || isHidden || this.#agents.size >= KEPT) return false;
        this.#agents.set(id, { callId, task: inOneLine(description), doing: null });
        return true;
      }
      case 'task_updated':
        return ENDED.includes(message.patch.status ?? '') && this.#agents.delete(id);
      case 'task_notification':
        return this.#agents.delete(id);
    }
  }

  /** One of them uses a tool. Whether anything changed. */
  note(callId: string, doing: string): boolean {
    const agent = [...this.#agents.values()].find((known) => known.callId === callId);
    if (!agent || agent.doing === doing) return false;
    agent.doing = doing;
    return true;
  }

  reset(): void {
    this.#agents.clear();
  }
}
