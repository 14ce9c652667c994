/**
 * Whether Claude Code is logged in, as it says itself: `claude auth status --json`. It looks at the credentials that it
 * would use, and asks nobody whether they are still good: a login that was revoked shows at the first turn only. For
 * `hibernaut init` and `hibernaut doctor`.
 */
import { z } from 'zod';
import { parsedJson } from '../parsed-json.ts';
import { askExecutable, inVain, type AskOptions } from './ask-executable.ts';
import type { ClaudeLogin } from './ports.ts';

/** As Claude Code 2.1.330 prints it; more of it than this is nobody's business. */
const statusSchema = z.object({
  loggedIn: z.boolean(),
  authMethod: z.string().max(100).catch('unknown'),
  apiProvider: z.string().max(100).catch('unknown'),
  email: z.string().max(320).nullish().catch(null),
  subscriptionType: z.string().max(100).nullish().catch(null),
});

/** Never rejects: what keeps it from knowing is part of the answer. */
export async function checkLogin(options: AskOptions): Promise<ClaudeLogin> {
  const said = await askExecutable(['auth', 'status', '--json'], options);
  if ('why' in said) return { state: 'unknown', ...said };
  // It exits with 1 if nobody is logged in, and says so all the same.
  const status = statusSchema.safeParse(parsedJson(said.stdout)).data;
  if (!status) {
    const what = 'does not know "auth status --json"; it may be too old';
    return { state: 'unknown', ...inVain(said.executable, what) };
  }
  if (!status.loggedIn) return { state: 'loggedOut' };
  const { authMethod: method, apiProvider: provider, email, subscriptionType } = status;
  return { state: 'loggedIn', method, provider, email: email ?? null, plan: subscriptionType ?? null };
}
