/** What the doctor finds of the service that is installed, with a service manager that records. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serviceCheck } from '../../../src/cli/doctor/service.ts';
import { lookAtService } from '../../../src/cli/doctor/service-look.ts';
import { aCliHost } from '../../helpers/cli-host.ts';
import { fakeMachine, type FakeMachine } from '../../helpers/fake-service-manager.ts';

const STALE = 'is not what this Hibernaut would write';

let machine: FakeMachine;
beforeEach(async () => {
  machine = await fakeMachine();
});
afterEach(() => machine.close());

async function found(): Promise<string> {
  const host = aCliHost(machine.environment);
  const check = serviceCheck({ look: () => lookAtService(host), dataDir: machine.home });
  return JSON.stringify(await check.probe(AbortSignal.timeout(20_000)));
}

it('knows none, one as it would be written now, and one that another Hibernaut wrote', async () => {
  expect(await found()).toContain('none is installed');
  await machine.service('install');
  const fresh = await found();
  expect(fresh).toContain('active (running)');
  expect(fresh).toContain('lingering is off');
  expect(fresh).not.toContain(STALE);
  const unit = await readFile(machine.unitFile, 'utf8');
  await writeFile(machine.unitFile, unit.replace('TimeoutStopSec=210s', 'TimeoutStopSec=90s'));
  expect(await found()).toContain(STALE);
});
