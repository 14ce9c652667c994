/** Tells of each call of the Bot API how it went: its method, its status and how long it took; nothing of what it said. */
import { GrammyError, type Transformer } from 'grammy';

export interface ApiCall {
  /** As the code names it. */
  method: string;
  /** Of HTTP; null if no answer came: no connection, one that broke, or a call that we gave up. */
  status: number | null;
  durationMs: number;
}

export type OnCall = (call: ApiCall) => void;

const OK = 200;

export function watchCalls(onCall: OnCall): Transformer {
  return async (call, method, payload, signal) => {
    const startedAt = performance.now();
    const tell = (status: number | null) =>
      onCall({ method, status, durationMs: performance.now() - startedAt });
    try {
      const answer = await call(method, payload, signal);
      tell(answer.ok ? OK : answer.error_code);
      return answer;
    } catch (error) {
      tell(error instanceof GrammyError ? error.error_code : null);
      throw error;
    }
  };
}
