/** The bot's word on a tap. */
import { badRequest } from '../api-error.ts';
import { type Methods } from '../method.ts';
import { lengthInCodePoints } from '../text/clean.ts';

/** Characters. Bot API, answerCallbackQuery. */
const MAX_TEXT_LENGTH = 200;

export const callbackMethods: Methods = {
  answerCallbackQuery: {
    takes: ['callback_query_id', 'text', 'show_alert', 'cache_time'],
    run: ({ world, parameters }) => {
      const text = parameters.text('text');
      if (lengthInCodePoints(text) > MAX_TEXT_LENGTH) throw badRequest('MESSAGE_TOO_LONG');
      world.callbacks.answer(parameters.text('callback_query_id'), {
        text: text === '' ? null : text,
        showAlert: parameters.flag('show_alert'),
      });
      return true;
    },
  },
};
