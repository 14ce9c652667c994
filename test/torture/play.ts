/** Does what a round's schedule says, step by step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { claudeProcesses, killClaude } from './claude-processes.ts';
import type { People } from './people.ts';
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
      return [keeper.restart(deed.downMs)];
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

async function unplugFor(forMs: number, network: World['network']): Promise<void> {
  await network.unplug();
  await sleep(forMs);
  await network.plugIn();
}
