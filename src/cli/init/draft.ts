/** The env file as it would be after `hibernaut init`; nothing of it is on disk before `write`. */
import { readFileSync } from 'node:fs';
import { readConfig, thisHost, type Config } from '../../config/config.ts';
import { editedText, writeEnvFile, type EnvFileChange } from '../../config/env-file-edit.ts';
import { ENV_FILE_VARIABLE, readEnvFile } from '../../config/env-file.ts';

export class Draft {
  /** Absolute. */
  readonly path: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #before: ReadonlyMap<string, string>;
  readonly #after: Map<string, string>;
  /** Settled here, so that the environment hides none of them. */
  readonly #chosen = new Set<string>();

  /** @throws ConfigError if there is a file that can't be read */
  constructor(path: string, environment: NodeJS.ProcessEnv) {
    this.path = path;
    this.#environment = environment;
    const entries = readEnvFile(path)?.entries ?? new Map<string, { value: string }>();
    this.#before = new Map([...entries].map(([name, { value }]) => [name, value]));
    this.#after = new Map(this.#before);
  }

  /** What the file would say; null if nothing. */
  value(name: string): string | null {
    return this.#after.get(name) ?? null;
  }

  set(name: string, value: string): void {
    this.#after.set(name, value);
    this.#chosen.add(name);
  }

  get changes(): EnvFileChange[] {
    return [...this.#after].flatMap(([name, after]) => {
      const before = this.#before.get(name) ?? null;
      return before === after ? [] : [{ name, before, after }];
    });
  }

  /** Of those that change, the ones that this terminal's environment will hide. */
  get hidden(): string[] {
    return [...this.#chosen].filter((name) => {
      const outer = this.#environment[name];
      return outer !== undefined && outer !== this.#after.get(name);
    });
  }

  /** What a daemon on the new file would have as its whole environment. */
  get environment(): NodeJS.ProcessEnv {
    const kept = [...this.#after].filter(
      ([name]) => this.#chosen.has(name) || this.#environment[name] === undefined,
    );
    return { ...this.#environment, ...Object.fromEntries(kept), [ENV_FILE_VARIABLE]: 'off' };
  }

  /** @throws ConfigError with every fault at once */
  config(): Config {
    return readConfig(this.environment, thisHost());
  }

  /** @throws ConfigError if a value can't be kept, or the disk refuses */
  write(): void {
    writeEnvFile(this.path, editedText(this.#textBefore(), this.changes));
  }

  #textBefore(): string {
    return this.#before.size === 0 && readEnvFile(this.path) === null ? '' : readFileSync(this.path, 'utf8');
  }
}
