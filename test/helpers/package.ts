/** The package as its users get it: made by `npm pack`, installed by npm without a network. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { startRegistry, type Registry } from './registry.ts';

/** Of this checkout. */
export const ROOT = join(import.meta.dirname, '../..');

/** What a checkout has, but for what git ignores. */
const CHECKOUT = [
  ...['bin', 'docs', 'machines', 'pack', 'src', 'test', 'LICENSE', 'README.md', 'CHANGELOG.md'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
];

/** npm as on a machine of somebody else: no settings, a cache of its own, and of the network this registry only. */
export function npmEnvironment(folder: string, registry = 'http://127.0.0.1:9'): Record<string, string> {
  return {
    npm_config_registry: registry,
    npm_config_cache: join(folder, 'cache'),
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_globalconfig: join(folder, 'global-npmrc'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

/** Makes the package from a copy of the checkout. Resolves with the tarball's path, in the folder. */
export async function packInto(folder: string): Promise<string> {
  const checkout = join(folder, 'checkout');
  await mkdir(checkout);
  for (const name of CHECKOUT) {
    await cp(join(ROOT, name), join(checkout, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  await execa('ln', ['-s', join(ROOT, 'node_modules'), join(checkout, 'node_modules')]);
  const { stdout } = await execa('npm', ['pack', '--pack-destination', folder], {
    cwd: checkout,
    extendEnv: false,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      ...npmEnvironment(folder),
    },
  });
  return join(folder, stdout.split('\n').at(-1) ?? '');
}

/** A registry with all that the package needs of others. */
export async function registryForUsers(): Promise<Registry> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const forUsers = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  return startRegistry(
    ROOT,
    forUsers.map(([path]) => path),
  );
}
