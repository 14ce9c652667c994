/** What of our environment the transcriber gets to see: what programs need to find their way about, and no secret of ours. */

const NAMES = new Set([
  ...['HOME', 'PATH', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
]);

/** `TRANSCRIBE_` is for the command's own settings, such as a key. */
const PREFIXES = ['LC_', 'XDG_', 'TRANSCRIBE_'];

export function transcriberEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isAllowed = NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
    if (value !== undefined && isAllowed) allowed[name] = value;
  }
  return allowed;
}
