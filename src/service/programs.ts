/** Runs the programs of service managers: systemctl, loginctl, journalctl, launchctl. */
import { execa } from 'execa';
import { ServiceError } from './facts.ts';

export interface Answer {
  /** Null if a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Resolves whatever its exit code is. @throws ServiceError if there is no such program */
export type RunProgram = (program: string, args: readonly string[]) => Promise<Answer>;

/** Runs a program on our own standard output, until it ends or we are interrupted. Resolves with its exit code. */
export type ShowProgram = (program: string, args: readonly string[]) => Promise<number>;

/** @param environment the whole environment; programs are looked for in its PATH */
export function programsOf(environment: NodeJS.ProcessEnv): { run: RunProgram; show: ShowProgram } {
  const options = { env: environment, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  return {
    run: async (program, args) => {
      const { exitCode, stdout, stderr, code, failed } = await execa(program, args, options);
      if (failed && code === 'ENOENT') throw missing(program);
      return { code: exitCode ?? null, stdout, stderr };
    },
    show: async (program, args) => {
      const { exitCode, code, failed } = await execa(program, args, {
        ...options,
        stdout: 'inherit',
        stderr: 'inherit',
      });
      if (failed && code === 'ENOENT') throw missing(program);
      return exitCode ?? 0;
    },
  };
}

function missing(program: string): ServiceError {
  return new ServiceError(
    `There is no ${program} on this machine, so no service can be kept here. Run "hibernaut start" under whatever starts programs here; docs/service.md says what it needs.`,
  );
}
