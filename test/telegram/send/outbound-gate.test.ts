import { describe, expect, it } from 'vitest';
import { Api } from 'grammy';
import { onlyToAllowed } from '../../../src/telegram/send/outbound-gate.ts';

const ME = 7;
const STRANGER = 666;

/** Every call that got through. */
function gated(allowed: number[]) {
  const calls: string[] = [];
  const api = new Api('1:token');
  api.config.use((_, method, payload) => {
    calls.push(`${method} ${JSON.stringify(payload)}`);
    return Promise.resolve({ ok: true, result: true as never });
  });
  api.config.use(onlyToAllowed((userId) => allowed.includes(userId)));
  return { api, calls };
}

describe('the gate for what goes out', () => {
  it('lets through what goes to allowed people, to groups, and to nobody in particular', async () => {
    const { api, calls } = gated([ME]);
    await api.sendMessage(ME, 'x');
    await api.sendMessage(-5, 'x');
    await api.getMe();
    await api.answerCallbackQuery('1');
    expect(calls).toHaveLength(4);
  });

  it('makes no call to anybody else, by any method, and says why', async () => {
    const { api, calls } = gated([ME]);
    const attempts = [
      () => api.sendMessage(STRANGER, 'x'),
      () => api.sendMessage(String(STRANGER), 'x'),
      () => api.sendMessage('@somebody', 'x'),
      () => api.editMessageText(STRANGER, 1, 'x'),
      () => api.deleteMessage(STRANGER, 1),
      () => api.sendChatAction(STRANGER, 'typing'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow('not allowed to use the bot');
    expect(calls).toEqual([]);
  });

  it('asks anew at each call', async () => {
    const allowed = [ME];
    const { api, calls } = gated(allowed);
    await api.sendMessage(ME, 'x');
    allowed.pop();
    await expect(api.sendMessage(ME, 'x')).rejects.toThrow('403');
    expect(calls).toHaveLength(1);
  });
});
