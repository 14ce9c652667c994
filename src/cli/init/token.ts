/** The bot's token: given, kept or asked for, and proved with Telegram in any case. */
import { readFile } from 'node:fs/promises';
import { ConfigError, Reader, thisHost } from '../../config/reader.ts';
import * as values from '../../config/values.ts';
import { TELEGRAM_API_ROOT } from '../../config/config.ts';
import type { BotIdentity } from '../../telegram/api.ts';
import { proveToken } from '../../telegram/prove-token.ts';
import { givenValue, InitError, type Setup } from './setup.ts';

const TOKEN = 'TELEGRAM_BOT_TOKEN';
const API_ROOT = 'TELEGRAM_API_ROOT';

/**
 * Resolves with the bot once the draft has a token that Telegram knows.
 * @throws ConfigError if nobody can be asked and the token is missing or refused; InitError if Telegram does not answer;
 * Cancelled
 */
export async function settleToken(setup: Setup): Promise<BotIdentity> {
  const { draft, person } = setup;
  const root = givenValue(setup, API_ROOT);
  if (root !== null) draft.set(API_ROOT, root);
  const apiRoot = apiRootOf(draft.environment);
  const given = await givenToken(setup);
  if (given !== null || !person) return useToken(setup, given, apiRoot);

  const kept = draft.value(TOKEN);
  let bot: BotIdentity | null = null;
  person.tell(
    'Every Hibernaut has a Telegram bot of its own. Open https://t.me/BotFather, send /newbot, and copy the token that it gives you.',
  );
  const question =
    kept === null ? 'The token of your bot' : 'The token of your bot (Enter keeps the one you have)';
  const token = await person.askSecret(question, async (answer) => {
    const text = answer || kept;
    if (text === null || text === '')
      return 'Paste the token that @BotFather gave you, such as 123456789:AAH…';
    const proof = await prove(text, apiRoot);
    if ('why' in proof) return proof.why;
    bot = proof.bot;
    return undefined;
  });
  draft.set(TOKEN, token || (kept ?? ''));
  if (bot === null) throw new Error('A token was taken that was not proved.');
  return welcome(setup, bot);
}

async function useToken(setup: Setup, given: string | null, apiRoot: string): Promise<BotIdentity> {
  const token = given ?? setup.draft.value(TOKEN);
  if (token === null) throw new ConfigError([NO_TOKEN]);
  const proof = await prove(token, apiRoot);
  if ('why' in proof) {
    if (proof.isRefused) throw new ConfigError([`The bot's token is not valid. ${proof.why}`]);
    throw new InitError(`${proof.why} Nothing was written.`);
  }
  setup.draft.set(TOKEN, token);
  return welcome(setup, proof.bot);
}

const NO_TOKEN =
  'There is no bot token. Get one from @BotFather, and give it in a file (--token-file FILE), on standard input ' +
  '(--token-file -) or in TELEGRAM_BOT_TOKEN. It is no argument, because everyone on this machine can see those.';

function welcome({ tell }: Setup, bot: BotIdentity): BotIdentity {
  tell(`Telegram knows the bot: @${bot.username}`);
  return bot;
}

async function givenToken({ host, options }: Setup): Promise<string | null> {
  const { tokenFile } = options;
  if (tokenFile === undefined) return host.environment[TOKEN]?.trim() || null;
  const text = (tokenFile === '-' ? await host.readInput() : await readTokenFile(tokenFile)).trim();
  if (text !== '') return text;
  throw new ConfigError([
    `${tokenFile === '-' ? 'Standard input' : tokenFile} is empty. The token, as @BotFather gives it, belongs there.`,
  ]);
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      [`--token-file ${path} can't be read (${String(error)}). Name a file with the token in it.`],
      {
        cause: error,
      },
    );
  }
}

type Proof = { bot: BotIdentity } | { why: string; isRefused: boolean };

async function prove(token: string, apiRoot: string): Promise<Proof> {
  const shape = values.botToken.safeParse(token);
  if (!shape.success) return { why: shape.error.issues[0]?.message ?? '', isRefused: true };
  const proof = await proveToken({ token, apiRoot });
  if ('bot' in proof) return proof;
  return 'refused' in proof
    ? { why: proof.refused, isRefused: true }
    : { why: proof.unreachable, isRefused: false };
}

function apiRootOf(environment: NodeJS.ProcessEnv): string {
  const reader = new Reader(environment, thisHost());
  const apiRoot = reader.value(API_ROOT, values.apiRoot, TELEGRAM_API_ROOT);
  if (reader.faults.length > 0) throw new ConfigError(reader.faults);
  return apiRoot;
}
