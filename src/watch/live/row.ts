/**
 * What the live page shows of a session. This is an allow-list, as that of the inspector: states, figures, times, and the
 * names that its owner gave. No message, no path beyond the folder's own name, no name that is made of people's words.
 */
import { basename } from 'node:path';
import type { SessionView } from '../../../machines/session-view.ts';
import { oneLine } from '../../words/one-line.ts';

export interface Row {
  id: string;
  name: string;
  /** The last part of its path. */
  folder: string;
  chatId: number;
  threadId: number | null;
  state: SessionView['state'];
  phase: string;
  roomPlace: number | null;
  pid: number | null;
  /** In whole megabytes, of the process itself; null: there is none, or it is not known. */
  memoryMb: number | null;
  /** These are wall clock, ms since the epoch. */
  createdAt: number;
  lastActivityAt: number;
  suspendsAt: number | null;
  atDeskSince: number | null;
  idleTimeoutMs: number | null;
  inbox: number;
  outbox: number;
  isUndeliverable: boolean;
  /** What a person is asked in the chat. */
  asks: SessionView['asks'];
  costUsd: number;
  turns: number;
  model: string | null;
  effort: string | null;
  permissionMode: string;
  lastEnd: { reason: string; code: number | null; signal: string | null; at: number } | null;
}

/** A model's name is chosen by people; one that is no name is not shown. */
const MODEL = /^[\w.:@[\]/-]{1,80}$/;
const LONGEST_NAME = 64;

/** @param view as the desk shows it, without words */
export function rowOf(view: SessionView, memoryMb: number | null): Row {
  const { lastEnd, model } = view;
  return {
    id: view.id,
    name: oneLine(view.name, LONGEST_NAME),
    folder: oneLine(basename(view.workspace), LONGEST_NAME),
    chatId: view.chatId,
    threadId: view.threadId,
    state: view.state,
    phase: view.phase,
    roomPlace: view.roomPlace,
    pid: view.pid,
    memoryMb: view.pid === null ? null : memoryMb,
    createdAt: view.createdAt,
    lastActivityAt: view.lastActivityAt,
    suspendsAt: view.suspendsAt,
    atDeskSince: view.desk?.since ?? null,
    idleTimeoutMs: view.idleTimeoutMs,
    inbox: view.inbox,
    outbox: view.outbox,
    isUndeliverable: view.undeliverable !== null,
    asks: view.asks,
    costUsd: view.usage.costUsd,
    turns: view.usage.turns,
    model: model !== null && MODEL.test(model) ? model : null,
    effort: view.effort,
    permissionMode: view.permissionMode,
    lastEnd: lastEnd && {
      reason: lastEnd.reason,
      code: lastEnd.code,
      signal: lastEnd.signal,
      at: lastEnd.at,
    },
  };
}
