/** Whether a bot token is good, asked of Telegram before anything is built on it. */
import { Api } from 'grammy';
import { failureOf } from './api-failure.ts';
import { identify, TelegramTokenError, type BotIdentity } from './api.ts';

/** `refused`: Telegram does not know it. `unreachable`: nobody could say. A sentence or two each, with the repair. */
export type TokenProof = { bot: BotIdentity } | { refused: string } | { unreachable: string };

/** A person waits for it. */
const TIMEOUT_SECONDS = 15;

/** Calls `getMe`, which changes nothing: a daemon that polls with the same token is not disturbed. */
export async function proveToken({
  token,
  apiRoot,
}: {
  token: string;
  apiRoot: string;
}): Promise<TokenProof> {
  try {
    return { bot: await identify(new Api(token, { apiRoot, timeoutSeconds: TIMEOUT_SECONDS })) };
  } catch (error) {
    if (error instanceof TelegramTokenError) return { refused: REFUSED };
    const what = failureOf(error).description.replace(/\.$/, '');
    return {
      unreachable: `Telegram did not answer (${what}). Check the network of this machine, and TELEGRAM_API_ROOT if it is set, then try again.`,
    };
  }
}

const REFUSED =
  'Telegram does not know this token. Copy it again from @BotFather (/mybots, your bot, API Token).';
