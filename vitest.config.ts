import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The torture run is the longest, and its file is short: taken last, it would run on alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/torture.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    // A browser or a Claude process per worker is 200 MB and a core: two files at a time.
    maxWorkers: 2,
  },
});
