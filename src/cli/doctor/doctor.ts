/** The doctor's round: all checks at once, what can be mended is mended if that is wished, and all is looked at again. */
import packageJson from '../../../package.json' with { type: 'json' };
import { redact } from '../../log/redact.ts';
import { EXIT } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { examine, reasonOf, type Examined, type Fix } from './check.ts';
import { makeChecks } from './checks.ts';
import { describeFindings } from './text.ts';

/** Resolves with the exit code: 0 if nothing needs mending (any more), else 1. */
export async function doctor(host: CliHost, options: { fix?: boolean; json?: boolean }): Promise<number> {
  const found = await examine(await makeChecks(host));
  const mended = options.fix ? await mendAll(found) : [];
  const examined = mended.length > 0 ? await examine(await makeChecks(host)) : found;
  const isHealthy = examined.every(({ findings }) => findings.every(({ level }) => level !== 'problem'));
  const isUnicode = hasUnicode(host.environment);
  const said = options.json
    ? asJson(examined, { isHealthy, mended })
    : describeFindings(examined, { isUnicode, mended });
  // Whatever a program or a file said: no secret of it gets out here.
  host.out(redact(said));
  return isHealthy ? EXIT.ok : EXIT.failed;
}

/** One after the other, each told as a sentence. */
async function mendAll(examined: readonly Examined[]): Promise<string[]> {
  const told: string[] = [];
  for (const { fix } of examined.flatMap(({ findings }) => findings)) if (fix) told.push(await mend(fix));
  return told;
}

async function mend(fix: Fix): Promise<string> {
  try {
    await fix.run();
    return `Mended: ${fix.done}`;
  } catch (error) {
    return `Not mended: ${reasonOf(error)}`;
  }
}

function asJson(
  examined: readonly Examined[],
  { isHealthy, mended }: { isHealthy: boolean; mended: readonly string[] },
): string {
  const checks = examined.map(({ name, findings }) => ({
    name,
    findings: findings.map(({ level, found, repair, fix }) => ({
      ...{ level, found, repair: repair ?? null },
      isFixable: fix !== undefined,
    })),
  }));
  return `${JSON.stringify({ version: packageJson.version, isHealthy, checks, mended }, null, 2)}\n`;
}

/** As setlocale(3) decides which encoding a terminal has. */
function hasUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
