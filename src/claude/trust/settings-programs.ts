/** What a folder's `.claude/settings.json` and `settings.local.json` would run or allow, setting by setting. */
import { z } from 'zod';
import type { FolderProgram } from '../../../machines/folder-programs.ts';
import { keyOf, program, type Found } from './program.ts';

const anything = z.record(z.string(), z.unknown());
const settings = z.looseObject({
  hooks: anything.optional(),
  env: anything.optional(),
  permissions: z
    .looseObject({
      allow: z.array(z.unknown()).optional(),
      additionalDirectories: z.array(z.unknown()).optional(),
    })
    .optional(),
  enabledPlugins: anything.optional(),
  extraKnownMarketplaces: anything.optional(),
});

/** Commands that Claude Code runs for itself. */
const HELPERS = new Set([
  'apiKeyHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'proxyAuthHelper',
  'statusLine',
  'subagentStatusLine',
  'fileSuggestion',
]);

/**
 * They run nothing and allow nothing. What Claude Code learns to do with a setting that is not here is asked about: it is
 * better to ask once too often. The servers that are enabled stand in `.mcp.json`.
 */
const HARMLESS = new Set([
  '$schema',
  'alwaysThinkingEnabled',
  'attribution',
  'companyAnnouncements',
  'disabledMcpjsonServers',
  'effortLevel',
  'enableAllProjectMcpServers',
  'enabledMcpjsonServers',
  'includeCoAuthoredBy',
  'includeGitInstructions',
  'language',
  'model',
  'outputStyle',
  'prefersReducedMotion',
  'respectGitignore',
  'showTurnDuration',
  'spinnerTipsEnabled',
]);
/** They only take away, but for the modes: each process is told its own. */
const HARMLESS_PERMISSIONS = new Set(['deny', 'ask', 'disableBypassPermissionsMode', 'defaultMode']);

/** @param value of the file, as JSON. Null if it is not what settings look like. */
export function settingsPrograms(value: unknown, from: string): FolderProgram[] | null {
  const parsed = settings.safeParse(value);
  if (!parsed.success) return null;
  const {
    hooks = {},
    env = {},
    permissions = {},
    enabledPlugins = {},
    extraKnownMarketplaces = {},
    ...others
  } = parsed.data;
  return [
    ...Object.entries(hooks).flatMap(([event, entries]) => hookPrograms(event, entries)),
    ...Object.entries(others).flatMap(([name, words]) => other(name, words)),
    ...Object.entries(env).map(
      ([name, identity]) => ({ kind: 'environment', name, words: '', identity }) as const,
    ),
    ...permissionsFound(permissions),
    ...Object.entries(enabledPlugins)
      .filter(([, isEnabled]) => isEnabled !== false)
      .map(([name, identity]) => ({ kind: 'plugin', name, words: '', identity }) as const),
    ...Object.entries(extraKnownMarketplaces).map(
      ([name, words]) => ({ kind: 'plugin', name, words }) as const,
    ),
  ].map((found) => program({ ...found, from }));
}

/** What "Always in this project" writes into the settings, and thus has been seen. */
export function ruleKey(rule: string): string {
  return keyOf('permission', 'allow', rule);
}

/** As `ruleKey`, of a folder beside the session's own. */
export function folderKey(folder: string): string {
  return keyOf('permission', 'folder', folder);
}

type Unplaced = Omit<Found, 'from'>;

function hookPrograms(event: string, entries: unknown): Unplaced[] {
  if (!Array.isArray(entries)) return [{ kind: 'hook', name: event, words: entries }];
  return entries.flatMap((entry: unknown) => {
    const matched = z.looseObject({ hooks: z.array(z.unknown()) }).safeParse(entry);
    if (!matched.success) return [{ kind: 'hook', name: event, words: entry } as const];
    const { hooks, ...when } = matched.data;
    return hooks.map(
      (hook) => ({ kind: 'hook', name: event, words: commandOf(hook), identity: [when, hook] }) as const,
    );
  });
}

function other(name: string, words: unknown): Unplaced[] {
  if (HARMLESS.has(name)) return [];
  if (HELPERS.has(name)) return [{ kind: 'helper', name, words: commandOf(words), identity: words }];
  return [{ kind: 'setting', name, words }];
}

/** A command alone says what it is; whatever comes with it is shown too. */
function commandOf(hook: unknown): unknown {
  const parsed = z
    .looseObject({ command: z.string(), type: z.literal('command').optional() })
    .safeParse(hook);
  if (!parsed.success) return hook;
  const { command, type: _, timeout: __, ...more } = parsed.data;
  return Object.keys(more).length === 0 ? command : `${command} ${JSON.stringify(more)}`;
}

function permissionsFound(permissions: NonNullable<z.infer<typeof settings>['permissions']>): Unplaced[] {
  const { allow = [], additionalDirectories = [], ...others } = permissions;
  return [
    ...allow.map((words) => ({ kind: 'permission', name: 'allow', words }) as const),
    ...additionalDirectories.map((words) => ({ kind: 'permission', name: 'folder', words }) as const),
    ...Object.entries(others)
      .filter(([name]) => !HARMLESS_PERMISSIONS.has(name))
      .map(([name, words]) => ({ kind: 'permission', name, words }) as const),
  ];
}
