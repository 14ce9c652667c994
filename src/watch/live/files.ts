/** The live page's own files, by name. Only what lies in `src/watch/page/` at the start is ever served. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export interface PageFile {
  type: string;
  content: Buffer;
}

const FOLDER = new URL('../page/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const all = await readdir(FOLDER, { recursive: true });
  const names = all.filter((name) => extname(name) in TYPES);
  const entries = names.map(async (name): Promise<[string, PageFile]> => {
    const file = { type: TYPES[extname(name)] ?? '', content: await readFile(new URL(name, FOLDER)) };
    return [name, file];
  });
  return new Map(await Promise.all(entries));
}
