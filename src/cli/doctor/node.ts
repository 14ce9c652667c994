/** The Node that runs Hibernaut. */
import { isOlder } from '../../version-order.ts';
import { ok, problem, type Check, type Finding } from './check.ts';

export interface NodeFacts {
  /** As `process.versions.node` and `process.execPath` have it. */
  version: string;
  path: string;
  /** As `engines` in package.json says it: `>=22.18`. */
  wanted: string;
}

export function nodeCheck(facts: NodeFacts): Check {
  return { name: 'Node', timeoutMs: 1_000, probe: () => Promise.resolve([judge(facts)]) };
}

function judge({ version, path, wanted }: NodeFacts): Finding {
  const oldest = wanted.replace(/^\D*/, '');
  const found = `${version} (${path})`;
  if (!isOlder(version, oldest)) return ok(found);
  return problem(`${found} is too old`, `Install Node ${oldest} or newer, such as the LTS version 24.`);
}
