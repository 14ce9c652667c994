/** Claude Code: whether it starts, which version it is, and whether it is logged in. */
import type { ClaudeLogin } from '../../claude/ports.ts';
import type { ClaudeVersion } from '../../claude/version.ts';
import { isOlder } from '../../version-order.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface ClaudeFacts {
  version: () => Promise<ClaudeVersion>;
  login: () => Promise<ClaudeLogin>;
  /** The version that the Agent SDK was made for, if it says so. */
  expected: string | null;
}

export function claudeCheck({ version, login, expected }: ClaudeFacts): Check {
  return {
    name: 'Claude Code',
    timeoutMs: 45_000,
    probe: async () => {
      const [versionSeen, loginSeen] = await Promise.all([version(), login()]);
      // What does not start can't say who is logged in.
      if (versionSeen.state === 'unknown') return [notStarting(versionSeen.why)];
      return [judgeVersion(versionSeen, expected), judgeLogin(loginSeen)];
    },
  };
}

/** The sentences up to the repair are one text: what is to be done stands at their end. */
function notStarting(why: string): Finding {
  const [found = why, ...repair] = why.split(/(?<=\.) (?=(?:Install|Set) )/);
  return problem(found, repair.join(' ') || 'Install Claude Code anew.');
}

function judgeVersion(
  { version, executable }: Extract<ClaudeVersion, { state: 'known' }>,
  expected: string | null,
): Finding {
  const found = `${version} (${executable})`;
  if (expected === null || !isOlder(version, expected)) return ok(found);
  return warning(
    `${found} is older than ${expected}, which this Hibernaut was made with`,
    'Run "claude update", or leave CLAUDE_COMMAND out to have the bundled one.',
  );
}

function judgeLogin(login: ClaudeLogin): Finding {
  switch (login.state) {
    case 'loggedIn':
      return ok(`logged in (${[login.method, login.email, login.plan].filter(Boolean).join(', ')})`);
    case 'loggedOut':
      return problem(
        'Claude Code is not logged in.',
        'Run "claude" on this machine as the user that runs Hibernaut, and /login there; or set ANTHROPIC_API_KEY.',
      );
    case 'unknown':
      return notStarting(login.why);
  }
}
