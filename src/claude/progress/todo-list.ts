/**
 * The list of what Claude has set itself to do, from the tools that keep it. Pure.
 *
 * Claude Code has two sets of them: `TodoWrite` with the whole list each time, and `TaskCreate`, `TaskUpdate`, `TaskList`,
 * which name tasks by ids that only the results tell (2.1.330; inputs: the SDK's `sdk-tools.d.ts`).
 */
import { z } from 'zod';
import type { Todo } from '../ports.ts';
import { inOneLine } from './activity.ts';

const TODO_TOOLS = ['TodoWrite', 'TaskCreate', 'TaskUpdate', 'TaskList', 'TaskGet'];
/** Longer lists are cut. */
const KEPT = 50;

const status = z.enum(['pending', 'in_progress', 'completed']);
const id = z.string().max(100);
const todoWrite = z.object({ todos: z.array(z.object({ content: z.string(), status })) });
const taskCreate = z.object({ subject: z.string() });
const taskUpdate = z.object({
  taskId: id,
  subject: z.string().optional(),
  status: z.union([status, z.literal('deleted')]).optional(),
});
const createdTask = z.object({ task: z.object({ id }) });
const listedTasks = z.object({ tasks: z.array(z.object({ id, subject: z.string(), status })) });

const STATES = { pending: 'open', in_progress: 'doing', completed: 'done' } as const;

/** What a call does to the list once its result is there. */
type Change = (result: unknown) => void;

export function isTodoTool(toolName: string): boolean {
  return TODO_TOOLS.includes(toolName);
}

export class TodoList {
  #items = new Map<string, Todo>();
  readonly #pending = new Map<string, Change>();
  /** A list of an earlier turn that nobody touches is no news. */
  #isTouched = false;

  get todos(): Todo[] {
    return this.#isTouched ? [...this.#items.values()] : [];
  }

  /** A call of one of these tools. */
  call(callId: string, toolName: string, input: Record<string, unknown>): void {
    const change = this.#changeOf(toolName, input);
    if (change) this.#pending.set(callId, change);
  }

  /** @param result the SDK's `tool_use_result` */
  end(callId: string, hasFailed: boolean, result: unknown): boolean {
    const change = this.#pending.get(callId);
    this.#pending.delete(callId);
    if (!change || hasFailed) return false;
    change(result);
    this.#isTouched = true;
    return true;
  }

  /** The list stays, for a turn that goes on with it. */
  endTurn(): void {
    this.#pending.clear();
    this.#isTouched = false;
  }

  #changeOf(toolName: string, input: Record<string, unknown>): Change | null {
    switch (toolName) {
      case 'TodoWrite': {
        const list = todoWrite.safeParse(input).data?.todos;
        return list
          ? () => this.#replace(list.map((todo, index) => [`todo ${index}`, ...wordsOf(todo)]))
          : null;
      }
      case 'TaskCreate': {
        const subject = taskCreate.safeParse(input).data?.subject;
        return subject === undefined ? null : (result) => this.#create(subject, result);
      }
      case 'TaskUpdate': {
        const update = taskUpdate.safeParse(input).data;
        return update ? () => this.#update(update) : null;
      }
      case 'TaskList':
        return (result) => {
          const tasks = listedTasks.safeParse(result).data?.tasks;
          if (tasks) this.#replace(tasks.map((task) => [task.id, task.subject, task.status]));
        };
      default:
        return null;
    }
  }

  #replace(items: [id: string, words: string, status: z.infer<typeof status>][]): void {
    this.#items = new Map(
      items
        .slice(0, KEPT)
        .map(([key, words, state]) => [key, { words: inOneLine(words), state: STATES[state] }]),
    );
  }

  #create(subject: string, result: unknown): void {
    const created = createdTask.safeParse(result).data;
    if (created && this.#items.size < KEPT) {
      this.#items.set(created.task.id, { words: inOneLine(subject), state: 'open' });
    }
  }

  #update({ taskId, subject, status: next }: z.infer<typeof taskUpdate>): void {
    const item = this.#items.get(taskId);
    if (next === 'deleted') this.#items.delete(taskId);
    // One of before this process is not known by its words.
    else if (item) {
      const words = subject === undefined ? item.words : inOneLine(subject);
      this.#items.set(taskId, { words, state: next === undefined ? item.state : STATES[next] });
    }
  }
}

function wordsOf({ content, status: state }: z.infer<typeof todoWrite>['todos'][number]) {
  return [content, state] as const;
}
