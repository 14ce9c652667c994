/** What Hibernaut asks of a service manager: systemd's or launchd's. */
import type { ServiceFacts } from './facts.ts';

export interface ServiceState {
  /** Whether the service manager knows the service. */
  installed: boolean;
  /** systemd's words: `active`, `activating`, `deactivating`, `failed`, `inactive`. */
  active: string;
  /** More exactly, in the manager's own words. */
  detail: string;
  /** Whether it starts by itself; null if the manager does not tell. */
  enabled: boolean | null;
  pid: number | null;
  /** What the daemon last said of itself. */
  says: string | null;
  /** How the last run ended, in the manager's words, and its exit code. */
  result: string | null;
  exitCode: number | null;
  restarts: number | null;
  since: string | null;
}

export interface LogOptions {
  follow: boolean;
  lines: number;
}

export interface ServiceManager {
  readonly name: 'systemd' | 'launchd';
  /** Absolute: where the service is written down. */
  readonly file: string;
  text(facts: ServiceFacts): string;
  /** What a file of ours says of the service's environment, and of who runs it if that is another user. */
  read(text: string): { environment: Readonly<Record<string, string>>; user: string | null };
  /** @throws ServiceError if the manager does not answer */
  state(): Promise<ServiceState>;
  /**
   * Makes the manager read the file, start the service now and with the machine or the person's login, and waits until
   * it serves. One that runs already is started anew if `restart`.
   * @throws ServiceError with the log's last lines
   */
  activate(options: { restart: boolean }): Promise<void>;
  /** Stops the service, as long as that takes, and makes the manager forget it. The file is removed in between. */
  deactivate(removeFile: () => Promise<void>): Promise<void>;
  /** The program and its arguments that show the log. */
  logs(options: LogOptions): readonly [program: string, args: readonly string[]];
}
