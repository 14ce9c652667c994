/** The reporter that ends a test run with one plain line: `N passed, N failed`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that can't be loaded, or an error outside any test, has no test of its own to count.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0);
    const failed = count('failed') + broken.length + errors.length;
    const skipped = count('skipped');
    const line = `${String(count('passed'))} passed, ${String(failed)} failed`;
    process.stdout.write(`${line}${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`);
  }
}
