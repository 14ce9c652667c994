/** Which executable Claude Code is: the one that was configured, or the one that the Agent SDK brings. */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';

const SDK = '@anthropic-ai/claude-agent-sdk';

/**
 * What to run: `command` as it is, or the absolute path of the bundled executable. Null if nothing is configured and the
 * SDK's package for this platform was not installed.
 */
export function claudeExecutable(command: string | null): string | null {
  return command ?? bundledExecutable();
}

/** As the SDK itself looks for it (0.3.330, `sdk.mjs`), which does not say what it found. */
function bundledExecutable(): string | null {
  const fromSdk = createRequire(import.meta.resolve(SDK));
  for (const folder of platformPackages()) {
    try {
      const path = fromSdk.resolve(`${folder}/claude`);
      if (existsSync(path)) return path;
    } catch {
      // Optional dependencies: those of other platforms are not there.
    }
  }
  return null;
}

function platformPackages(): string[] {
  const name = `${SDK}-${process.platform}-${process.arch}`;
  if (process.platform !== 'linux') return [name];
  return isMusl() ? [`${name}-musl`, name] : [name, `${name}-musl`];
}

function isMusl(): boolean {
  const report: unknown = process.report.getReport();
  const header: unknown = isObject(report) ? report['header'] : null;
  return isObject(header) && header['glibcVersionRuntime'] === undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
