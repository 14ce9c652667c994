/** The service: whether it is installed, runs, starts by itself, outlives a logout, and is what this Hibernaut would install. */
import { ok, problem, warning, type Check, type Finding } from './check.ts';
import type { ServiceLook } from './service-look.ts';

export interface ServiceCheckFacts {
  look: () => Promise<ServiceLook>;
  /** On which this command works. */
  dataDir: string;
}

type Installed = Extract<ServiceLook, { state: 'installed' }>;

export function serviceCheck({ look, dataDir }: ServiceCheckFacts): Check {
  return { name: 'Service', timeoutMs: 20_000, probe: async () => judge(await look(), dataDir) };
}

function judge(look: ServiceLook, dataDir: string): Finding[] {
  switch (look.state) {
    case 'none':
      return [ok('none is installed ("hibernaut service install" keeps the daemon running)')];
    case 'unknown':
      return [
        warning(
          `One is installed, and its manager does not answer: ${look.why}`,
          'Ask it yourself: hibernaut service status',
        ),
      ];
    case 'installed':
      return [
        activity(look),
        ...(isRunning(look) ? start(look) : []),
        ...unit(look),
        ...settings(look, dataDir),
      ];
  }
}

function isRunning({ report }: Installed): boolean {
  return report.service.active === 'active';
}

function activity({ report: { service, daemon }, isSystem }: Installed): Finding {
  const found = `${service.active} (${service.detail})`;
  const option = isSystem ? ' --system' : '';
  if (service.active !== 'active') {
    const level = service.active === 'failed' ? problem : warning;
    return level(
      `The service is installed, and ${found}.`,
      `hibernaut service logs${option} says why; hibernaut service install${option} starts it.`,
    );
  }
  if (daemon !== null && service.pid !== null && daemon.pid !== service.pid) {
    return problem(
      `The service is ${found} as pid ${String(service.pid)}, and another daemon has its data folder (pid ${String(daemon.pid)}).`,
      `Stop that one: kill ${String(daemon.pid)}`,
    );
  }
  return ok(found);
}

function start({ report: { service, lingering } }: Installed): Finding[] {
  return [
    ...(service.enabled === false
      ? [warning('It does not start by itself.', 'hibernaut service install enables it.')]
      : []),
    ...(lingering === false
      ? [
          warning(
            'It begins when you log in and ends when you log out: lingering is off.',
            'hibernaut service install --linger',
          ),
        ]
      : []),
  ];
}

function unit({ report: { file }, isStale, isSystem }: Installed): Finding[] {
  if (!isStale) return [];
  const command = `hibernaut service install${isSystem ? ' --system --user NAME' : ''}`;
  return [
    warning(
      `${file} is not what this Hibernaut would write: it was installed by another version, or from another place.`,
      `${command} --dry-run shows the difference, and without --dry-run makes it.`,
    ),
  ];
}

function settings({ report }: Installed, dataDir: string): Finding[] {
  const data = report.settings?.data;
  if (!data) return [];
  if ('problem' in data)
    return [
      problem(
        `Its settings can't serve: ${data.problem}`,
        'Mend them, then: hibernaut service install --restart',
      ),
    ];
  if (data.dataDir === dataDir) return [];
  return [
    warning(
      `It works on ${data.dataDir}, and this command looked at ${dataDir}.`,
      `Give both the same settings: HIBERNAUT_DATA_DIR in ${report.settings?.envFile ?? 'the env file'}.`,
    ),
  ];
}
