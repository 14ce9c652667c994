/** What a check is: one concern of the machine, looked at with what it is given, and what it found. Nothing is changed by looking. */
import { redact } from '../../log/redact.ts';

/** `warning`: it works, and could do better. `problem`: something does not work, or soon will not, and needs mending. */
export type Level = 'ok' | 'warning' | 'problem';

export interface Finding {
  readonly level: Level;
  /** A sentence, or half of one: what is there. */
  readonly found: string;
  /** What a person does about it. */
  readonly repair?: string;
  /** What `--fix` does about it. */
  readonly fix?: Fix;
}

export interface Fix {
  /** What has been done once it has worked, as a sentence. */
  readonly done: string;
  /** Rejects with an Error whose message says why it did not work. */
  readonly run: () => Promise<void>;
}

export interface Check {
  /** In the first column. */
  readonly name: string;
  /** How long the probe may take, ms. */
  readonly timeoutMs: number;
  /** A line each. The signal aborts when nobody waits any more. */
  readonly probe: (signal: AbortSignal) => Promise<Finding[]>;
}

/** A check's findings, under its name. */
export interface Examined {
  readonly name: string;
  readonly findings: readonly Finding[];
}

export const ok = (found: string): Finding => ({ level: 'ok', found });
export const warning = (found: string, repair: string, fix?: Fix): Finding => ({
  ...{ level: 'warning', found, repair },
  ...(fix && { fix }),
});
export const problem = (found: string, repair: string, fix?: Fix): Finding => ({
  ...{ level: 'problem', found, repair },
  ...(fix && { fix }),
});

/** All at once, each within its time. Never rejects: a check that fails is a finding. */
export function examine(checks: readonly Check[]): Promise<Examined[]> {
  return Promise.all(checks.map(runCheck));
}

async function runCheck({ name, timeoutMs, probe }: Check): Promise<Examined> {
  const over = new AbortController();
  const late = Promise.withResolvers<Finding[]>();
  const timer = setTimeout(() => {
    late.resolve([
      problem(
        `This took longer than ${String(timeoutMs / 1_000)} s, and was given up.`,
        'Try again; if it stays so, something that it asks hangs: a disk, the network, a program.',
      ),
    ]);
    over.abort();
  }, timeoutMs);
  try {
    return { name, findings: await Promise.race([probe(over.signal), late.promise]) };
  } catch (error) {
    return { name, findings: [failed(error)] };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

function failed(error: unknown): Finding {
  return problem(`This could not be looked at: ${reasonOf(error)}`, 'Mend what it names, and try again.');
}

/** For people, without secrets. */
export function reasonOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
