/** `hibernaut init`, step by step. Nothing is written before the end, so that whoever leaves halfway finds all as it was. */
import { ConfigError, thisHost } from '../../config/reader.ts';
import type { ClaudeLogin } from '../../claude/ports.ts';
import { describeChange } from '../../config/env-file-edit.ts';
import { ENV_FILE_VARIABLE, envFilePath } from '../../config/env-file.ts';
import { EXIT } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import type { Newcomer } from '../pairing.ts';
import { printable } from '../printable.ts';
import { settleEnvironment, settleLogin } from './claude.ts';
import { Draft } from './draft.ts';
import { settleFolders } from './folders.ts';
import { daemonRuns, peopleOf, settleAllowed, settlePairing } from './people.ts';
import { atTerminal, Cancelled } from './person.ts';
import { offerService } from './service.ts';
import type { InitOptions, Setup } from './setup.ts';
import { settleToken } from './token.ts';

/**
 * Resolves with the exit code: 1 if the person left, or if `--pair` waited and nobody came.
 * @throws ConfigError, InitError
 */
export async function init(host: CliHost, options: InitOptions): Promise<number> {
  const setup = begin(host, options);
  let newcomer: Newcomer | null = null;
  let written = false;
  try {
    setup.person?.hello('Hibernaut');
    const bot = await settleToken(setup);
    await settleFolders(setup);
    await settleEnvironment(setup);
    settleAllowed(setup);
    const config = setup.draft.config();
    const claude = await settleLogin(setup, config);
    const before = await peopleOf(config, host.now());
    newcomer = await settlePairing(setup, config, before);
    const isMissed = options.pair === true && newcomer === null;
    await write(setup);
    if (before.length === 0 && !newcomer) setup.warn(NOBODY);
    written = true;
    const isService = await offerService(setup);
    if (options.json) host.out(`${JSON.stringify(resultOf(setup, { bot, claude, newcomer, isService }))}\n`);
    else await goodbye(setup, { dataDir: config.dataDir, isService });
    return isMissed ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    const file = `${setup.draft.path} ${written ? 'is written' : 'is as it was'}.`;
    const stays = newcomer ? ` ${printable(newcomer.name ?? String(newcomer.userId))} stays let in.` : '';
    setup.person?.goodbye(`Cancelled. ${file}${stays}`);
    return EXIT.failed;
  }
}

const NOBODY =
  'Nobody may use the bot yet. Run "hibernaut pair" once the daemon runs, or "hibernaut init --allow <user id>".';

function begin(host: CliHost, options: InitOptions): Setup {
  const { homeDir, cwd } = thisHost();
  const path = envFilePath(host.environment, homeDir, cwd);
  if (path === null) {
    throw new ConfigError([
      `${ENV_FILE_VARIABLE} is "off", and "hibernaut init" writes that file. Unset it, or set it to the file's path.`,
    ]);
  }
  const person = host.isInteractive && !options.yes && !options.json ? atTerminal() : null;
  return {
    host,
    options,
    draft: new Draft(path, host.environment),
    person,
    warn: (text) => (person ? person.warn(text) : host.err(`${text}\n`)),
    tell: (text) => (person ? person.done(text) : options.json || host.out(`${text}\n`)),
  };
}

async function write(setup: Setup): Promise<void> {
  const { host, draft, options, person, warn } = setup;
  const lines = draft.changes.map(describeChange);
  if (lines.length === 0) {
    setup.tell(`${draft.path} says all of that already.`);
    return;
  }
  if (person) {
    person.show(draft.path, lines);
    if (!(await person.confirm('Write these settings?', true))) throw new Cancelled();
  } else if (!options.json) {
    host.out(`${draft.path}\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
  draft.write();
  for (const name of draft.hidden) {
    warn(`${name} is set to something else in this terminal, which hides the file's line here. Unset it.`);
  }
}

async function goodbye(
  { draft, person, tell }: Setup,
  { dataDir, isService }: { dataDir: string; isService: boolean },
): Promise<void> {
  const next = isService
    ? 'Write to your bot.'
    : (await daemonRuns(dataDir))
      ? draft.changes.length > 0
        ? 'A Hibernaut runs already: restart it, and it has the new settings.'
        : 'A Hibernaut runs already. Write to your bot.'
      : 'Run "hibernaut service install" to have it started at boot, or "hibernaut start" to try it here. Then write to your bot.';
  if (person) person.goodbye(next);
  else tell(next);
}

interface Outcome {
  bot: { id: number; username: string };
  claude: ClaudeLogin;
  newcomer: Newcomer | null;
  isService: boolean;
}

/** For `--json`: names, and no values. */
function resultOf({ draft }: Setup, { bot, claude, newcomer, isService }: Outcome) {
  return {
    envFile: draft.path,
    changes: draft.changes.map(({ name, before }) => ({
      name,
      change: before === null ? 'added' : 'changed',
    })),
    bot: { id: bot.id, username: bot.username },
    claude,
    paired: newcomer,
    service: isService,
  };
}
