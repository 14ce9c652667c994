import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    // Real processes, a real browser and a real Claude Code binary take seconds on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition is waited for, not a time: on a machine that does much else a second is soon over.
    expect: { poll: { timeout: 15_000 } },
    // A browser or a Claude process per worker is 200 MB and a core: two files at a time.
    maxWorkers: 2,
  },
});
