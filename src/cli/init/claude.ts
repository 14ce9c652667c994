/** Claude Code's login: looked at, and helped with. It never keeps `hibernaut init` from its end. */
import { execa } from 'execa';
import { claudeExecutable } from '../../claude/executable.ts';
import { checkLogin } from '../../claude/login.ts';
import type { ClaudeLogin } from '../../claude/ports.ts';
import { ConfigError, thisHost, toPath } from '../../config/reader.ts';
import type { Config } from '../../config/config.ts';
import { printable } from '../printable.ts';
import { givenValue, type Setup } from './setup.ts';

/** What Claude Code may be logged in with in this terminal, and not in the next one. */
const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'];
/** And where it then goes. */
const PLACES = ['ANTHROPIC_BASE_URL'];

/** Puts what was named with `--keep`, or what the person wants kept, into the draft. @throws ConfigError, Cancelled */
export async function settleEnvironment(setup: Setup): Promise<void> {
  const { host, draft, options, person } = setup;
  const command = givenValue(setup, 'CLAUDE_COMMAND');
  if (command !== null) {
    draft.set('CLAUDE_COMMAND', command.includes('/') ? toPath(command, thisHost()) : command);
  }
  for (const name of options.keep ?? []) keep(setup, name);
  const open = [...CREDENTIALS, ...PLACES].filter((name) => {
    const value = host.environment[name];
    return value && value !== draft.value(name);
  });
  if (!person || !open.some((name) => CREDENTIALS.includes(name))) return;
  const names = open.join(' and ');
  const question = `${names} ${open.length === 1 ? 'is' : 'are'} set in this terminal only, and a service would not have ${open.length === 1 ? 'it' : 'them'}. Keep ${open.length === 1 ? 'it' : 'them'} in the env file?`;
  if (await person.confirm(question, true)) for (const name of open) keep(setup, name);
}

function keep({ host, draft }: Setup, name: string): void {
  const value = host.environment[name];
  if (!value)
    throw new ConfigError([`--keep ${name}: the environment has no such variable. Set it, or leave it out.`]);
  draft.set(name, value);
}

/** Resolves with what Claude Code says in the end. @throws Cancelled */
export async function settleLogin(setup: Setup, config: Config): Promise<ClaudeLogin> {
  const { person, tell, warn } = setup;
  for (;;) {
    const login = await checkLogin({
      command: config.claudeCommand,
      environment: config.claudeEnvironment,
      cwd: config.workspace,
    });
    if (login.state === 'loggedIn') {
      tell(`Claude Code is logged in: ${describeLogin(login)}`);
      return login;
    }
    warn(login.state === 'unknown' ? login.why : notLoggedIn(config));
    if (!person) return login;
    const canLogIn = login.state === 'loggedOut';
    const answer = await person.choose('How do you want to go on?', [
      ...(canLogIn
        ? [{ value: 'login' as const, label: 'Log in now', hint: 'runs "claude auth login" here' }]
        : []),
      {
        value: 'again',
        label: 'Look again',
        hint: canLogIn ? 'after you have logged in elsewhere' : 'after the repair',
      },
      { value: 'skip', label: 'Go on without', hint: 'messages wait until Claude Code is logged in' },
    ]);
    if (answer === 'skip') return login;
    if (answer === 'login') await logIn(config);
  }
}

function notLoggedIn({ claudeCommand }: Config): string {
  // The bundled one is on nobody's PATH.
  const executable = claudeExecutable(claudeCommand) ?? 'claude';
  return (
    `Claude Code is not logged in on this machine. Run "${executable} auth login", or /login in a claude of your own; ` +
    'or, where there is no browser, "claude setup-token" elsewhere, and put what it says into the env file as ' +
    'CLAUDE_CODE_OAUTH_TOKEN; or put an ANTHROPIC_API_KEY there.'
  );
}

function describeLogin({
  method,
  provider,
  email,
  plan,
}: Extract<ClaudeLogin, { state: 'loggedIn' }>): string {
  const how = provider === 'firstParty' ? method : provider;
  return [how, email, plan && `plan ${plan}`]
    .filter(Boolean)
    .map((word) => printable(String(word)))
    .join(', ');
}

/** Has the terminal for itself meanwhile. However it ends, the next look says what came of it. */
async function logIn({ claudeCommand, claudeEnvironment, workspace }: Config): Promise<void> {
  const executable = claudeExecutable(claudeCommand);
  if (executable === null) return;
  await execa(executable, ['auth', 'login'], {
    env: claudeEnvironment,
    extendEnv: false,
    cwd: workspace,
    stdio: 'inherit',
    reject: false,
  });
}
