/** The facts of a service, for tests of what is written from them. */
import type { ServiceFacts } from '../../src/service/facts.ts';

export function someFacts(over: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    node: '/usr/bin/node',
    script: '/usr/lib/node_modules/hibernaut/bin/hibernaut.js',
    envFile: '/home/anna/.config/hibernaut/hibernaut.env',
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    drainMs: 300_000,
    systemUser: null,
    home: '/home/anna',
    canNotify: true,
    allowSudo: false,
    version: '1.2.3',
    ...over,
  };
}
