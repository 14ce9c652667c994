/** "Allow for this session": from the SDK's suggestions to the rules we keep, and to a later process. Pure. */
import type { PermissionUpdate } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { PermissionMode } from '../../../machines/session-record.ts';
import { folderKey, ruleKey } from '../trust/settings-programs.ts';

const ruleSchema = z.object({ toolName: z.string(), ruleContent: z.string().exactOptional() });

/** The SDK's `PermissionUpdate`, as far as a suggestion for a session can be one. */
const updateSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('addRules'),
    rules: z.array(ruleSchema),
    behavior: z.enum(['allow', 'deny', 'ask']),
  }),
  z.object({ type: z.literal('addDirectories'), directories: z.array(z.string()) }),
  // Never more than that: nobody who allows one tool call means to allow all.
  z.object({ type: z.literal('setMode'), mode: z.enum(['default', 'acceptEdits', 'plan']) }),
]);

export type SessionRule = z.infer<typeof updateSchema> & { destination: 'session' };

/** The suggestions as rules for this session only, whatever place Claude Code would have kept them in. */
export function sessionRulesOf(suggestions: readonly unknown[]): SessionRule[] {
  return suggestions.flatMap((suggestion) => {
    const { data } = updateSchema.safeParse(suggestion);
    return data ? [{ ...data, destination: 'session' as const }] : [];
  });
}

/**
 * The same for whoever works in this project from now on, on this machine: Claude Code keeps them in
 * `.claude/settings.local.json` of the working directory. A mode is never kept.
 */
export function projectRulesOf(rules: readonly SessionRule[]): PermissionUpdate[] {
  return rules.map((rule) => (rule.type === 'setMode' ? rule : { ...rule, destination: 'localSettings' }));
}

/** By what it is known again, once it stands in the folder's settings. */
export function projectKeysOf(rules: readonly SessionRule[]): string[] {
  return rules.flatMap((rule) => {
    if (rule.type === 'addDirectories') return rule.directories.map(folderKey);
    return rule.type === 'addRules' && rule.behavior === 'allow' ? rule.rules.map(ruleText).map(ruleKey) : [];
  });
}

export type GrantedPermissions = {
  allow: string[];
  deny: string[];
  ask: string[];
  additionalDirectories: string[];
};

/**
 * The `permissions` of Claude Code's settings that grant the rules again, or null if there is nothing to say.
 * @param denied rules that nobody can lift: they go before what is granted
 */
export function permissionsOf(
  rules: readonly unknown[],
  denied: readonly string[] = [],
): GrantedPermissions | null {
  const granted: GrantedPermissions = { allow: [], deny: [...denied], ask: [], additionalDirectories: [] };
  for (const rule of sessionRulesOf(rules)) {
    if (rule.type === 'addRules') granted[rule.behavior].push(...rule.rules.map(ruleText));
    if (rule.type === 'addDirectories') granted.additionalDirectories.push(...rule.directories);
  }
  return Object.values(granted).some((list: string[]) => list.length > 0) ? granted : null;
}

/**
 * The session's mode after the rules: the last one granted, unless the session's own is not the one that asks.
 * @param allowBypass false: a session that asked for nothing when the configuration still allowed it asks again
 */
export function permissionModeOf(
  mode: PermissionMode,
  rules: readonly unknown[],
  allowBypass: boolean,
): PermissionMode {
  if (mode === 'bypassPermissions' && !allowBypass) return 'default';
  if (mode !== 'default') return mode;
  const granted = sessionRulesOf(rules).findLast((rule) => rule.type === 'setMode');
  return granted?.mode ?? mode;
}

/** `Bash(npm test)`; parentheses and backslashes within are escaped (https://code.claude.com/docs/en/settings). */
function ruleText({ toolName, ruleContent }: z.infer<typeof ruleSchema>): string {
  if (ruleContent === undefined) return toolName;
  return `${toolName}(${ruleContent.replace(/[\\()]/g, '\\$&')})`;
}
