/**
 * What of our environment a Claude process, and with it every command that Claude runs, gets to see: an allow-list. No
 * Telegram token, nothing of our own settings, no secret that the daemon's environment happens to hold.
 */

/** What programs need to find their way about, and Claude Code's own settings that do not begin with CLAUDE_. */
const NAMES = new Set([
  ...['HOME', 'PATH', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM', 'TMPDIR'],
  // The agent's socket lets Claude push over ssh as the person would; the key itself stays with the agent.
  'SSH_AUTH_SOCK',
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  // Claude Code refuses bypassPermissions under root without it.
  'IS_SANDBOX',
  // https://code.claude.com/docs/en/settings#environment-variables
  ...['BASH_DEFAULT_TIMEOUT_MS', 'BASH_MAX_TIMEOUT_MS', 'BASH_MAX_OUTPUT_LENGTH', 'MAX_THINKING_TOKENS'],
  ...['MAX_MCP_OUTPUT_TOKENS', 'MCP_TIMEOUT', 'MCP_TOOL_TIMEOUT', 'USE_BUILTIN_RIPGREP', 'API_TIMEOUT_MS'],
  // Who commits and how git connects. Not GIT_DIR and its like: inherited from a hook or a rebase they would turn every
  // git command of Claude on another repository than the one it works in.
  ...['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'],
  ...['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM'],
]);

const PREFIXES = ['LC_', 'XDG_', 'ANTHROPIC_', 'CLAUDE_', 'DISABLE_'];

/** Read by programs in upper and in lower case. */
const PROXIES = new Set(['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']);

/** Ours, or of the Claude Code session in whose terminal the daemon was started: the new process is not part of that. */
const NOT_HANDED_ON = new Set([
  'CLAUDE_COMMAND',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_ENV_FILE',
]);

/** Cloud credentials and telemetry go along only where Claude Code was told to use them. */
const ON_CONDITION = [
  { switch: 'CLAUDE_CODE_USE_BEDROCK', prefixes: ['AWS_'] },
  { switch: 'CLAUDE_CODE_USE_VERTEX', prefixes: ['GOOGLE_', 'GCLOUD_', 'CLOUDSDK_', 'CLOUD_ML_', 'VERTEX_'] },
  { switch: 'CLAUDE_CODE_USE_FOUNDRY', prefixes: ['AZURE_'] },
  { switch: 'CLAUDE_CODE_ENABLE_TELEMETRY', prefixes: ['OTEL_'] },
] as const;

/** The whole environment for a Claude process. */
export function claudeEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const prefixes = [...PREFIXES, ...conditionalPrefixes(environment)];
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isAllowed(name, prefixes)) allowed[name] = value;
  }
  return allowed;
}

function isAllowed(name: string, prefixes: readonly string[]): boolean {
  if (NOT_HANDED_ON.has(name)) return false;
  return (
    NAMES.has(name) || PROXIES.has(name.toLowerCase()) || prefixes.some((prefix) => name.startsWith(prefix))
  );
}

function conditionalPrefixes(environment: NodeJS.ProcessEnv): string[] {
  return ON_CONDITION.filter((condition) => isOn(environment[condition.switch])).flatMap((condition) => [
    ...condition.prefixes,
  ]);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}
