/** An npm registry on loopback that offers the packages of node_modules, packed as they are asked for: npm installs offline. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

interface Offer {
  readonly folder: string;
  readonly manifest: Record<string, unknown>;
}

/**
 * Offers every package that lies under `paths`, as a lock file names them (`node_modules/a/node_modules/b`).
 * @param root the folder that the paths are in
 */
export async function startRegistry(root: string, paths: readonly string[]): Promise<Registry> {
  const packages = offersOf(root, paths);
  const server = createServer((request, response) => {
    const [name = '', version] = decodeURIComponent(request.url?.slice(1) ?? '').split('/-/');
    const versions = packages.get(name);
    const offer = version === undefined ? undefined : versions?.get(version);
    if (offer) sendPacked(response, offer.folder);
    else if (versions && version === undefined) sendJson(response, packument(name, versions, url));
    // Optional ones for other systems: npm goes on without them.
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** By name, by version. What is for other systems is in the lock file, and not on this disk. */
function offersOf(root: string, paths: readonly string[]): Map<string, Map<string, Offer>> {
  const offers = new Map<string, Map<string, Offer>>();
  for (const path of paths) {
    const folder = join(root, path);
    if (!existsSync(folder)) continue;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Offer['manifest'];
    const name = String(manifest['name']);
    const versions = offers.get(name) ?? new Map<string, Offer>();
    offers.set(name, versions.set(String(manifest['version']), { folder, manifest }));
  }
  return offers;
}

function packument(name: string, versions: ReadonlyMap<string, Offer>, url: string) {
  const [latest] = [...versions.keys()].slice(-1);
  const entries = [...versions].map(([version, { manifest }]) => {
    const tarball = `${url}/${encodeURIComponent(`${name}/-/${version}`)}`;
    return [version, { ...manifest, dist: { tarball } }];
  });
  return { name, 'dist-tags': { latest }, versions: Object.fromEntries(entries) as unknown };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Not compressed, which npm takes as well: Claude Code alone has more than 200 MB. */
function sendPacked(response: ServerResponse, folder: string): void {
  const tar = spawn('tar', [
    '--create',
    '--exclude=./node_modules',
    '--transform=flags=r;s,^\\.,package,',
    `--directory=${folder}`,
    '.',
  ]);
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  tar.on('error', (error) => response.destroy(error));
  tar.stdout.pipe(response);
}
