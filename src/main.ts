/** The process: runs the command line and leaves with its exit code. The only file that acts on import. */
import { exitCodeFor } from './cli/exit-codes.ts';
import { hostOf } from './cli/host.ts';
import { runCli } from './cli/program.ts';

// A reader that has seen enough (`hibernaut status | head`) is no error.
process.stdout.on('error', () => process.exit());
// The terminal was closed: what there is to stop is still stopped in good order.
process.stderr.on('error', () => {});

const exitCode = exitCodeFor(await runCli(process.argv.slice(2), hostOf(process)), process.env);
// Not before what was written has left, and not later because of a connection that is still open.
process.stdout.write('', () => process.exit(exitCode));
