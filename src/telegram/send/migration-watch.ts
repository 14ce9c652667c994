/** Learns from Telegram's refusals that a group became a supergroup, whatever was to be done there. */
import type { Transformer } from 'grammy';

/** @param tell called at each such refusal; the caller knows which ones are news */
export function watchMigrations(tell: (from: number, to: number) => void): Transformer {
  return async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    const to = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
    const { chat_id: from } = payload as { chat_id?: unknown };
    if (to !== undefined && typeof from === 'number') tell(from, to);
    return answer;
  };
}
