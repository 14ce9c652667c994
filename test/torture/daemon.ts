/** The tortured daemon, a process of its own: the real one, told by the torture run where to die. Acts on import. */
import { runDaemon } from '../../src/cli/daemon/run-daemon.ts';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { hostOf } from '../../src/cli/host.ts';
import { readConfig } from '../../src/config/config.ts';
import { Fuse } from './fuse.ts';
import { CLAUDE_KILLED, ORDERS_VARIABLE, parseOrders } from './orders.ts';
import { sabotagedParts } from './sabotaged-parts.ts';

const fuse = new Fuse({ onClaudeKilled: () => process.send?.(CLAUDE_KILLED) });
fuse.obey(parseOrders(JSON.parse(process.env[ORDERS_VARIABLE] ?? 'null')));
process.on('message', (orders) => fuse.obey(parseOrders(orders)));

const config = readConfig(process.env);
if (!config.telegram) throw new Error('The torture run sets no token.');
try {
  await runDaemon(config, config.telegram, hostOf(process), sabotagedParts(fuse));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exit(exitCodeOf(error) ?? 1);
}
