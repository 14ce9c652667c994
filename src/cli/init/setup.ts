/** What every step of `hibernaut init` is given, and how it fails. */
import type { CliHost } from '../host.ts';
import type { Draft } from './draft.ts';
import type { Person } from './person.ts';

export interface InitOptions {
  /** `-` is standard input. */
  tokenFile?: string;
  workspace?: string;
  /** With colons between. */
  roots?: string;
  allow?: string[];
  dataDir?: string;
  keep?: string[];
  pair?: boolean;
  service?: boolean;
  yes?: boolean;
  json?: boolean;
}

export interface Setup {
  readonly host: CliHost;
  readonly options: InitOptions;
  readonly draft: Draft;
  /** Null: nobody is asked, and what is missing has a default or is a fault. */
  readonly person: Person | null;
  /** Says what is not as it should be, and does not stop it. */
  readonly warn: (text: string) => void;
  /** Says how it goes. */
  readonly tell: (text: string) => void;
}

/** The world would not let it be done, and may tomorrow. A whole sentence. */
export class InitError extends Error {
  override name = 'InitError';
}

/** What a flag says, or else the environment: both are meant for the file. Null if neither. */
export function givenValue({ host }: Setup, name: string, flag?: string): string | null {
  return flag?.trim() || host.environment[name]?.trim() || null;
}
