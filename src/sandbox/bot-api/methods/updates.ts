/** getUpdates and the webhook that excludes it. */
import { type WebhookInfo } from 'grammy/types';
import { ApiError, badRequest } from '../api-error.ts';
import { type MethodCall, type Methods } from '../method.ts';

const MAX_UPDATES = 100;
/** telegram-bot-api: `LONG_POLL_MAX_TIMEOUT`. */
const MAX_TIMEOUT_SECONDS = 50;

export const updateMethods: Methods = {
  getUpdates: {
    takes: ['offset', 'limit', 'timeout', 'allowed_updates'],
    run: ({ world, parameters, signal }) => {
      if (world.webhookUrl !== '') {
        const cause = "can't use getUpdates method while webhook is active";
        throw new ApiError(409, `Conflict: ${cause}; use deleteWebhook to delete the webhook first`);
      }
      const allowed = readAllowed({ parameters });
      if (allowed) world.queue.allow(allowed);
      return world.polls.poll({
        offset: parameters.integer('offset', 0),
        limit: parameters.integer('limit', MAX_UPDATES, 1, MAX_UPDATES),
        timeoutSeconds: parameters.integer('timeout', 0, 0, MAX_TIMEOUT_SECONDS),
        signal,
      });
    },
  },
  setWebhook: {
    takes: ['url', 'max_connections', 'allowed_updates', 'drop_pending_updates', 'secret_token'],
    run: ({ world, parameters }) => {
      const url = parameters.text('url');
      if (url !== '' && !url.startsWith('https://')) {
        throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
      }
      const allowed = readAllowed({ parameters });
      if (allowed) world.queue.allow(allowed);
      if (parameters.flag('drop_pending_updates')) world.queue.clear();
      if (url !== '') world.polls.displace('Conflict: terminated by setWebhook request');
      world.webhookUrl = url;
      return true;
    },
  },
  deleteWebhook: {
    takes: ['drop_pending_updates'],
    run: ({ world, parameters }) => {
      if (parameters.flag('drop_pending_updates')) world.queue.clear();
      world.webhookUrl = '';
      return true;
    },
  },
  getWebhookInfo: {
    takes: [],
    run: ({ world }): WebhookInfo => {
      const { allowedUpdates } = world.queue.state;
      return {
        url: world.webhookUrl,
        has_custom_certificate: false,
        pending_update_count: world.queue.length,
        // The list came over the wire; whatever it holds is told back.
        ...(allowedUpdates?.length && {
          allowed_updates: allowedUpdates as NonNullable<WebhookInfo['allowed_updates']>,
        }),
      };
    },
  },
};

/** Null if the call does not say: what was said last holds on. Telegram ignores what is no array. */
function readAllowed({ parameters }: Pick<MethodCall, 'parameters'>): string[] | null {
  const kinds = parameters.json('allowed_updates', 'allowed updates');
  return Array.isArray(kinds) ? kinds.filter((kind) => typeof kind === 'string') : null;
}
