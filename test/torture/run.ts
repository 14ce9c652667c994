/** Runs rounds: lives of several rounds each, a new world for each life, and the books balanced after each round. */
import { balance } from './books.ts';
import { gatherEvidence } from './evidence.ts';
import { People } from './people.ts';
import { play } from './play.ts';
import { comeToRest } from './quiet.ts';
import type { PlantedBug } from './orders.ts';
import { CHATS } from './places.ts';
import type { Round } from './schedule.ts';
import { newTally, type Tally } from './tally.ts';
import { startWorld, type World } from './world.ts';

export interface Outcome {
  tally: Tally;
  /** Of the first round whose books do not balance; null if all do. */
  failure: Failure | null;
}

export interface Failure {
  round: number;
  problems: string[];
  /** What the chats show. */
  chats: string;
  /** The daemon's. */
  log: string;
}

export interface LifeOptions {
  bug?: PlantedBug | null;
  /** Told after each round. */
  onRound?: (round: number, problems: readonly string[]) => void;
}

/** One daemon's folder from its first round to the last, or to the first one that fails. */
export async function runLife(rounds: readonly Round[], options: LifeOptions = {}): Promise<Outcome> {
  const world = await startWorld();
  const people = new People(world.telegram);
  const tally = newTally();
  try {
    if (options.bug) world.keeper.obey({ bug: options.bug });
    for (const round of rounds) {
      const problems = await runRound(round, world, people, tally);
      options.onRound?.(round.number, problems);
      if (problems.length > 0) {
        const failure = { round: round.number, problems, chats: chatsOf(world), log: world.keeper.log };
        return { tally, failure };
      }
    }
  } finally {
    people.close();
    await world.close();
    count(tally, world, people);
  }
  return { tally, failure: null };
}

async function runRound(round: Round, world: World, people: People, tally: Tally): Promise<string[]> {
  await play(round, world, people, tally);
  const restless = await comeToRest(world, people).catch((error: unknown) => [String(error)]);
  const { problems, doubledSends } = balance(await gatherEvidence(world, people));
  tally.rounds += 1;
  // The books are those of the whole life.
  tally.doubledSends = doubledSends;
  return [...world.keeper.surprises, ...restless, ...problems];
}

function chatsOf({ telegram }: World): string {
  const lines = CHATS.flatMap((chatId) =>
    telegram.messages(chatId).map((message) => {
      const reply = message.reply_to_message ? ` to ${String(message.reply_to_message.message_id)}` : '';
      const topic = message.message_thread_id ? `/${String(message.message_thread_id)}` : '';
      const who = message.from?.is_bot ? 'bot' : 'person';
      return `${String(chatId)}${topic} ${String(message.message_id)}${reply} ${who}: ${(message.text ?? '').slice(0, 200)}`;
    }),
  );
  return lines.join('\n');
}

function count(tally: Tally, world: World, people: People): void {
  tally.messages = people.said.length;
  tally.claudeKilled += world.keeper.claudeKilled;
  tally.commands = people.commanded.length;
  for (const { how } of world.keeper.deaths) tally.deaths[how] = (tally.deaths[how] ?? 0) + 1;
}
