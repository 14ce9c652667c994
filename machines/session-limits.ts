/** How long a session waits for others before it acts on their silence. */
export interface SessionLimits {
  /** From the spawn to the protocol's handshake. */
  startTimeoutMs: number;
  /** From an interrupt to the end of the turn. */
  interruptTimeoutMs: number;
  /** From the order to end to the exit; longer than the whole ladder. */
  stopTimeoutMs: number;
  /** Within a turn, before the chat is asked about Claude's silence. Null: never. */
  silenceMs: number | null;
}

export const DEFAULT_LIMITS: SessionLimits = {
  startTimeoutMs: 60_000,
  interruptTimeoutMs: 15_000,
  stopTimeoutMs: 30_000,
  silenceMs: 30 * 60_000,
};
