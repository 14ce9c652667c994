import { describe, expect, it } from 'vitest';
import { isAllowed } from '../../../src/telegram/receive/gate.ts';

const ME = 7;
const STRANGER = 666;
const only =
  (...ids: number[]) =>
  (id: number) =>
    ids.includes(id);
const user = (id: number) => ({ id, is_bot: false, first_name: 'x' });

/** Every kind of update that names who is behind it by `from` (Bot API 10.3, Update). */
const KINDS_WITH_SENDER = [
  'message',
  'edited_message',
  'business_connection',
  'business_message',
  'edited_business_message',
  'guest_message',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
];

describe('the gate', () => {
  it.each(KINDS_WITH_SENDER)('lets an allowed user through with a %s, and no stranger', (kind) => {
    const update = (id: number) => ({
      update_id: 1,
      [kind]: { from: user(id), chat: { id: -5, type: 'group' } },
    });
    expect(isAllowed(update(ME), only(ME))).toBe(true);
    expect(isAllowed(update(STRANGER), only(ME))).toBe(false);
  });

  it('lets nobody through when nobody is allowed', () => {
    expect(isAllowed({ update_id: 1, message: { from: user(ME) } }, only())).toBe(false);
  });

  it('knows who stopped a message by the private chat, because that update has no sender', () => {
    const update = (id: number) => ({
      update_id: 1,
      stopped_message_generation: { chat: { id }, draft_id: 3 },
    });
    expect(isAllowed(update(ME), only(ME))).toBe(true);
    expect(isAllowed(update(STRANGER), only(ME))).toBe(false);
  });

  it('does not take the chat for the sender in any other kind', () => {
    expect(isAllowed({ update_id: 1, channel_post: { chat: { id: ME } } }, only(ME))).toBe(false);
    expect(isAllowed({ update_id: 1, message: { chat: { id: ME } } }, only(ME))).toBe(false);
  });

  it('refuses who speaks in the name of a chat, though it carries an allowed id', () => {
    const message = { from: user(ME), sender_chat: { id: -100, type: 'channel' } };
    expect(isAllowed({ update_id: 1, message }, only(ME))).toBe(false);
  });

  it.each([
    null,
    undefined,
    'update',
    [],
    {},
    { update_id: 1 },
    { update_id: 1, message: null },
    { update_id: 1, message: { from: null } },
    { update_id: 1, message: { from: { id: String(ME) } } },
    { update_id: 1, message: { from: { id: [ME] } } },
    { update_id: 1, message: { from: user(ME) }, callback_query: { from: user(STRANGER) } },
    { update_id: 1, poll: { id: 'x', voter: user(ME) } },
  ])('refuses what it can not read: %j', (update) => {
    expect(isAllowed(update, only(ME))).toBe(false);
  });
});
