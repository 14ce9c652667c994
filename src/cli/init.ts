/** `hibernaut init`: from nothing to a bot that answers. Registered here; the steps are in the folder of the same name. */
import type { Command } from 'commander';
import { refuseWithinSession } from './by-a-person.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { InitOptions } from './init/setup.ts';

export function registerInit(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('init')
    .summary('set it up, or change how it is set up')
    .description(
      "Asks for the bot's token and proves it, for the folders that Claude may work in, looks at Claude Code's login, lets " +
        'you in from your phone, and writes the env file, whose comments and other lines stay. Nothing is written before ' +
        'the end. Without a terminal, or with --yes, nobody is asked: what the options do not say is as the environment ' +
        'says it, the file, or the default.',
    )
    .option(
      '--token-file <file>',
      "where the bot's token is; - is standard input (default: TELEGRAM_BOT_TOKEN)",
    )
    .option('--workspace <folder>', 'in which new sessions work (default: the current one)')
    .option(
      '--roots <folders>',
      'under which sessions may work, with colons between (default: the workspace)',
    )
    .option(
      '--allow <user id...>',
      'who may use the bot, by numeric Telegram user id, beside those who are paired',
    )
    .option('--data-dir <folder>', 'where records are kept')
    .option('--keep <name...>', 'variables of the environment to keep in the file, such as ANTHROPIC_API_KEY')
    .option('--pair', 'show a code and wait until somebody has used it')
    .option('--no-pair', 'let nobody in with a code now')
    .option('--service', 'run it as a service, as "hibernaut service install" does')
    .option('--no-service', 'offer no service')
    .option('-y, --yes', 'ask nothing')
    .option(...JSON_OPTION)
    .action(async (options: InitOptions) => {
      refuseWithinSession(host.environment);
      // Only for this command there is something to ask with.
      const { init } = await import('./init/init.ts');
      exitWith(await init(host, options));
    });
  withExamples(command, [
    ['hibernaut init', 'at a terminal'],
    ['hibernaut init --yes --token-file ./token --workspace ~/work --allow 1234567', 'in a script'],
    ['pass show bot | hibernaut init --token-file - --pair', 'the token on standard input'],
  ]);
}
