/** The MCP servers of a `.mcp.json`: Claude Code starts them with the session, and asks nobody without a terminal (seen with 2.1.330). */
import { z } from 'zod';
import type { FolderProgram } from '../../../machines/folder-programs.ts';
import { program } from './program.ts';

const file = z.looseObject({ mcpServers: z.record(z.string(), z.unknown()).optional() });
const started = z.looseObject({ command: z.string(), args: z.array(z.string()).optional() });

/** @param value of the file, as JSON. Null if it is not what such a file looks like. */
export function serverPrograms(value: unknown, from: string): FolderProgram[] | null {
  const parsed = file.safeParse(value);
  if (!parsed.success) return null;
  const { mcpServers = {}, ...others } = parsed.data;
  return [
    ...Object.entries(mcpServers).map(([name, identity]) =>
      program({ kind: 'server', name, words: lineOf(identity), identity, from }),
    ),
    ...Object.entries(others).map(([name, words]) => program({ kind: 'setting', name, words, from })),
  ];
}

/** As one would type it, and of its environment the names. */
function lineOf(server: unknown): unknown {
  const parsed = started.safeParse(server);
  if (!parsed.success) return withoutValues(server);
  const { command, args = [], env, type: _, ...more } = parsed.data;
  const names = z.record(z.string(), z.unknown()).safeParse(env);
  return [
    ...(names.success ? Object.keys(names.data).map((name) => `${name}=…`) : []),
    command,
    ...args,
    ...(Object.keys(more).length === 0 ? [] : [JSON.stringify(more)]),
  ].join(' ');
}

/** Headers carry secrets. */
function withoutValues(server: unknown): unknown {
  const parsed = z.looseObject({ headers: z.record(z.string(), z.unknown()) }).safeParse(server);
  return parsed.success ? { ...parsed.data, headers: Object.keys(parsed.data.headers) } : server;
}
