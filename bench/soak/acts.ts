/** What the people of a soak do, each act from the first word until the bot has had its say. */
import type { Message } from 'grammy/types';
import { isAsking, isLiveMessage } from '../../test/helpers/asking.ts';
import type { Program } from '../../test/helpers/program.ts';
import { until } from '../../test/helpers/until.ts';

/** Of what somebody waits for; the machine may be busy. */
const PATIENCE_MS = 120_000;

export type Act = (program: Program, person: number) => Promise<void>;

/** In the order in which each person plays them, again and again. A session ends in the last one. */
export const ACTS: Record<string, Act> = {
  talks: (program, person) => asks(program, person, 'good morning', /^You said: good morning/),

  'watches a long answer': (program, person) => asks(program, person, 'slow 40', /word40$/),

  'allows a tool': async (program, person) => {
    const asking = await awaits(program, person, 'run: touch allowed.txt', isAsking);
    await tap(program, person, asking, 'Allow');
    await answers(program, person, asking.message_id, /^Done/);
  },

  'refuses a tool': async (program, person) => {
    const asking = await awaits(program, person, 'run: touch refused.txt', isAsking);
    await tap(program, person, asking, 'Deny');
    await answers(program, person, asking.message_id, /^It did not run/);
  },

  'suspends it, and wakes it': async (program, person) => {
    await asks(program, person, '/suspend', /suspended/);
    await asks(program, person, 'are you there?', /^You said: are you there/);
  },

  'sends a file': async (program, person) => {
    const bytes = Buffer.from('the cellar key '.repeat(1_000));
    const file = { fileName: 'notes.txt', bytes, caption: 'read it' };
    const sent = program.telegram.sendFile({ chatId: person, ...file });
    await answers(program, person, sent.message_id, /^I have read/);
  },

  'stops a turn': async (program, person) => {
    program.telegram.sendText({ chatId: person, text: 'hang' });
    await program.sessionIs('active', person);
    await asks(program, person, '/stop', /^Interrupting/);
    await until(
      `the session of chat ${String(person)} to be stopped`,
      () => program.session(person),
      // Suspended: it waited for room still.
      ({ state, inbox }) => (state === 'idle' || state === 'suspended') && inbox === 0,
      PATIENCE_MS,
    );
  },

  'writes while it works': async (program, person) => {
    program.telegram.sendText({ chatId: person, text: 'slow 20' });
    await asks(program, person, 'one more thing', /one more thing/);
  },

  'is told to be slower': async (program, person) => {
    const error = { code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 };
    program.telegram.fault({ method: 'sendMessage', times: 2, error });
    await asks(program, person, 'markdown', /\S/);
  },

  'has a network that fails': async (program, person) => {
    program.telegram.fault({ method: 'sendMessage', times: 1, drop: 'before' });
    await asks(program, person, 'long 20', /\S/);
  },

  'is idle until it is suspended': async (program, person) => {
    await program.sessionIs('suspended', person);
  },

  'looks around': async (program, person) => {
    for (const command of ['/status', '/sessions', '/diff', '/help'])
      await asks(program, person, command, /\S/);
  },

  'ends it': (program, person) => asks(program, person, '/end', /ended/),
};

/** Writes, and waits for an answer. */
async function asks(program: Program, person: number, text: string, answer: RegExp): Promise<void> {
  const { message_id } = program.telegram.sendText({ chatId: person, text });
  await answers(program, person, message_id, answer);
}

async function answers(program: Program, person: number, after: number, answer: RegExp): Promise<void> {
  await program.telegram.waitForMessage(
    person,
    (message) =>
      message.message_id > after &&
      !isLiveMessage(message) &&
      answer.test(message.text ?? message.caption ?? ''),
    PATIENCE_MS,
  );
}

async function awaits(
  program: Program,
  person: number,
  text: string,
  fits: (message: Message) => boolean,
): Promise<Message> {
  const { message_id } = program.telegram.sendText({ chatId: person, text });
  return program.telegram.waitForMessage(
    person,
    (message) => message.message_id > message_id && fits(message),
    PATIENCE_MS,
  );
}

async function tap(program: Program, chatId: number, { message_id }: Message, button: string): Promise<void> {
  await program.telegram.press({ chatId, messageId: message_id, button });
}
