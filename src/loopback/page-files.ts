/** A page's own files, read once and served from memory: only what lies in its folder at the start is ever served. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export interface PageFile {
  type: string;
  content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** By name within the folder (`page.js`, `charts/session.svg`). What is of no known kind is left out. */
export async function readPageFiles(folder: URL): Promise<ReadonlyMap<string, PageFile>> {
  const all = await readdir(folder, { recursive: true });
  const names = all.filter((name) => extname(name) in TYPES);
  const entries = names.map(async (name): Promise<[string, PageFile]> => {
    const file = { type: TYPES[extname(name)] ?? '', content: await readFile(new URL(name, folder)) };
    return [name, file];
  });
  return new Map(await Promise.all(entries));
}
