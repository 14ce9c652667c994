/** Does what a round's schedule says, step by step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { shownSessionsSchema } from '../../src/cli/daemon/session-methods.ts';
import { callControl } from '../../src/control/call.ts';
import { claudeProcesses, killClaude } from './claude-processes.ts';
import type { People } from './people.ts';
import { ADDRESSES } from './places.ts';
import type { Deed, Round } from './schedule.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

/** Resolves when the last step was done and what takes a while (a restart, a pulled cable) is over. */
export async function play(round: Round, world: World, people: People, tally: Tally): Promise<void> {
  // People do not wait for what happens to the daemon. What goes wrong with it is the keeper's to tell.
  const goingOn: Promise<unknown>[] = [];
  for (const { afterMs, ...deed } of round.steps) {
    await sleep(afterMs);
    goingOn.push(...(await doIt(deed, world, people, tally)));
  }
  await Promise.allSettled(goingOn);
}

/** What goes on. */
async function doIt(deed: Deed, world: World, people: People, tally: Tally): Promise<Promise<unknown>[]> {
  const { keeper, telegram, network, dataDir } = world;
  switch (deed.do) {
    case 'say':
      people.say(deed);
      return [];
    case 'sendFile':
      people.sendFile(deed);
      return [];
    case 'edit':
      people.edit(deed.place, deed.back);
      return [];
    case 'order':
      tally.orders += 1;
      return [orderFromHost(deed, dataDir, people)];
    case 'command':
      people.command(deed.place, deed.text);
      return [];
    case 'strangerSays':
      people.strangerSays(deed.text);
      return [];
    case 'switch':
      people.switch(deed.place, deed.button);
      return [];
    case 'repeat':
      people.repeat(deed.back);
      return [];
    case 'tapAgain':
      people.tapAgain(deed.back);
      return [];
    case 'killDaemon':
      return [keeper.kill(deed.downMs)];
    case 'killClaude':
      if (killClaude(await claudeProcesses(dataDir), deed.index)) tally.claudeKilled += 1;
      return [];
    case 'killBoth': {
      const processes = await claudeProcesses(dataDir);
      const alongWithIt = (): void => {
        if (killClaude(processes, deed.index)) tally.claudeKilled += 1;
      };
      return [keeper.kill(deed.downMs, alongWithIt)];
    }
    case 'restart':
      return [keeper.restart(deed.downMs, deed.places)];
    case 'crashAt': {
      const { point, hit, victim, downMs, again } = deed;
      const crash = again === null ? null : { point: again, hit: 1, victim: 'daemon' as const };
      keeper.obey({ crash: { point, hit, victim } }, { downMs, crash });
      return [];
    }
    case 'network':
      tally.networkFaults += 1;
      telegram.fault(deed.fault);
      return [];
    case 'unplug':
      tally.networkFaults += 1;
      return [unplugFor(deed.forMs, network)];
    case 'disk':
      tally.diskFaults += 1;
      keeper.obey({ disk: { code: deed.code, times: deed.times } });
      return [];
  }
}

const ORDER_MS = 5_000;

/** Nobody waits for what comes of it. It may come too late, or to a daemon that is about to die. */
async function orderFromHost(
  { place, order }: Extract<Deed, { do: 'order' }>,
  dataDir: string,
  people: People,
): Promise<void> {
  const { chatId, threadId } = ADDRESSES[place];
  const ask = (method: string, params?: unknown) =>
    callControl(dataDir, method, params, ORDER_MS).catch(() => null);
  const answer = await ask('sessions');
  if (answer === null) return;
  const meant = shownSessionsSchema
    .parse(answer)
    .find(
      (session) =>
        session.chatId === chatId && session.threadId === threadId && session.state !== 'terminated',
    );
  if (!meant) return;
  people.ordered.push({ place, order });
  await ask('session.order', { session: meant.id, order });
}

async function unplugFor(forMs: number, network: World['network']): Promise<void> {
  await network.unplug();
  await sleep(forMs);
  await network.plugIn();
}
