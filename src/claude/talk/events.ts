/** The events of a process before they carry their time. */
import type { ClaudeEvent } from '../../../machines/session-events.ts';

type WithoutTime<TEvent> = TEvent extends unknown ? Omit<TEvent, 'at'> : never;

export type UnstampedEvent = WithoutTime<ClaudeEvent>;
