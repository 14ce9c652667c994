/** Reads the environment variable by variable and keeps every fault for one report. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import type { z } from 'zod';
import { readMemory, type MemoryFacts } from './machine-memory.ts';
import { redact } from '../log/redact.ts';

/** The user can mend it. The message is for standard error as it is; the exit code is 78 (sysexits' EX_CONFIG). */
export class ConfigError extends Error {
  override name = 'ConfigError';
  /** A sentence or two each: the variable, its value (never the token), the repair. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(['The configuration is not valid:', ...faults.map((fault) => `  - ${fault}`)].join('\n'), options);
    this.faults = faults;
  }
}

/** What of the machine the defaults depend on. */
export interface Host {
  /** The current directory. */
  cwd: string;
  homeDir: string;
  /** Whether a person's terminal started us. */
  isTerminal: boolean;
  /** What we may use of it. */
  memory: MemoryFacts;
}

/** The machine and the process that we are. */
export function thisHost(): Host {
  return { cwd: process.cwd(), homeDir: homedir(), isTerminal: isatty(0), memory: readMemory() };
}

/** Collects faults, so that one start reports them all. After a fault the default stands in; nobody sees it. */
export class Reader {
  readonly faults: string[] = [];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #host: Host;
  readonly #whereFrom: (name: string) => string | null;

  /** @param whereFrom the file and line where a variable stands, or null if the environment has it */
  constructor(
    environment: NodeJS.ProcessEnv,
    host: Host,
    whereFrom: (name: string) => string | null = () => null,
  ) {
    this.#environment = environment;
    this.#host = host;
    this.#whereFrom = whereFrom;
  }

  /** How the variable is called in a fault. */
  shown(name: string): string {
    const place = this.#whereFrom(name);
    return place === null ? name : `${name} (${place})`;
  }

  /** Null if absent or empty. */
  text(name: string): string | null {
    return this.#environment[name]?.trim() || null;
  }

  value<T>(name: string, schema: z.ZodType<T, string>, absent: T): T {
    const text = this.text(name);
    if (text === null) return absent;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.fault(name, text, messageOf(result.error));
    return absent;
  }

  secret(name: string, schema: z.ZodType<string, string>): string | null {
    const text = this.text(name);
    if (text === null || schema.safeParse(text).success) return text;
    this.faults.push(`${this.shown(name)} is not valid. ${messageOf(schema.safeParse(text).error)}`);
    return null;
  }

  /** Absolute. */
  path(name: string): string | null {
    const text = this.text(name);
    return text === null ? null : toPath(text, this.#host);
  }

  /** @param value the variable's, or a part of it */
  fault(name: string, value: string, repair: string): void {
    const whole = this.text(name) ?? value;
    // Half a token is not known for one any more.
    const shown = value !== whole && redact(whole) !== whole ? '[redacted]' : redact(value).slice(0, 200);
    this.faults.push(`${this.shown(name)} is ${JSON.stringify(shown)}. ${repair}`);
  }
}

/** Env files know no `~`, and people write it all the same. */
export function toPath(text: string, host: Pick<Host, 'cwd' | 'homeDir'>): string {
  if (text === '~') return host.homeDir;
  return text.startsWith('~/') ? join(host.homeDir, text.slice(2)) : resolve(host.cwd, text);
}

function messageOf(error: z.ZodError | undefined): string {
  return error?.issues[0]?.message ?? '';
}
