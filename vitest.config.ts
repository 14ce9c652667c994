import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { COMPILE_CACHE } from './test/helpers/compile-cache.ts';

/** The torture run is the longest, and whole daemons come next: taken last, one of them would run on alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      ['/torture.test.ts', '/operations.test.ts', '/e2e/', '/cli/', '/claude/', '/'].findIndex((part) =>
        moduleId.includes(part),
      );
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

// Vitest's own workers, and what tests start with an environment like theirs, compile what they run only once, too.
Object.assign(process.env, COMPILE_CACHE);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What a test starts with this process's environment must not read the developer's own settings.
    env: { HIBERNAUT_ENV_FILE: 'off' },
    reporters: ['default', './test/closing-line.ts'],
    sequence: { sequencer: LongestFirst },
    // These end what hangs. A test that starts the daemon and the real Claude Code binary three times takes more than a
    // minute on two cores that ten others share; what it waits for has a limit of its own.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A condition is waited for, not a time: on a machine that does much else a second is soon over.
    expect: { poll: { timeout: 30_000 } },
    // A browser or a Claude process per worker is 200 MB and a core, of which it uses two thirds: three files on two cores.
    maxWorkers: 3,
  },
});
