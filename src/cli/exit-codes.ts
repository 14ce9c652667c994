/** What the exit code says to a service manager, and which errors are for people. */
import { mayPass } from '../disk/repairs.ts';
import { codeOf } from '../error-code.ts';

/** 75 and 78 as in sysexits(3), so that a unit can say `RestartPreventExitStatus=78`. */
export const EXIT = {
  /** Stopped on request, or the command did what it was asked. */
  ok: 0,
  /** A bug of ours, or the world; worth a restart. */
  failed: 1,
  /** Another daemon holds the data folder. */
  locked: 75,
  /** The person has to change something first. */
  configuration: 78,
} as const;

/** By name, so that `hibernaut status` loads nothing of what throws the others. Their messages are whole sentences. */
const CODES: Readonly<Record<string, number>> = {
  ConfigError: EXIT.configuration,
  TelegramTokenError: EXIT.configuration,
  AddressError: EXIT.configuration,
  DataFolderError: EXIT.configuration,
  StoreError: EXIT.configuration,
  LockHeldError: EXIT.locked,
  ServiceError: EXIT.failed,
  ControlError: EXIT.failed,
  NoDaemonError: EXIT.failed,
  BugError: EXIT.failed,
  InitError: EXIT.failed,
};

/** The exit code for an error whose message is all that a person needs, or null if it came as a surprise. */
export function exitCodeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !Object.hasOwn(CODES, error.name)) return null;
  // A disk that is full needs no other setting: the service manager may try again.
  return mayPass(codeOf(error)) ? EXIT.failed : (CODES[error.name] ?? null);
}

/**
 * The exit code for who started us. launchd can only be told to start anew what failed (launchd.plist(5),
 * `SuccessfulExit`), so what must not be started anew has not failed for it.
 */
export function exitCodeFor(code: number, environment: NodeJS.ProcessEnv): number {
  const isFinal = code === EXIT.locked || code === EXIT.configuration;
  return isFinal && environment['LAUNCHD'] ? EXIT.ok : code;
}
