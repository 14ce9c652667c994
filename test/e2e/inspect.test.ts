/** `hibernaut inspect` beside the whole program: a session through its life, as a viewer of the inspector's protocol sees it. */
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openedSchema } from '../../src/cli/daemon/inspect-methods.ts';
import { framesUrl, knownFrom, watch, type InspectorViewer } from '../helpers/inspector-viewer.ts';
import { BEN, MAIN, startProgram, type Program } from '../helpers/program.ts';

const SECRET = 'xyzzy-planted-secret';
const WAIT = { timeout: 30_000 };

let program: Program;
beforeAll(async () => {
  program = await startProgram({ ANTHROPIC_API_KEY: SECRET, PLANTED: SECRET });
});
afterAll(() => program.close());

/** The command beside the daemon, and where it says that the frames are. */
async function inspect(...args: string[]) {
  const command = execa(process.execPath, [MAIN, 'inspect', '--json', ...args], {
    env: program.environment,
    extendEnv: false,
  });
  let written = '';
  command.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  await expect.poll(() => written, WAIT).toContain('\n');
  const { url } = openedSchema.parse(JSON.parse(written.split('\n', 1)[0] ?? ''));
  return { command, url };
}

/** The states that the session's actors were seen in, in order; each actor, from its introduction, is one life. */
function statesOf({ frames }: InspectorViewer, id: string): unknown[] {
  const lives = new Set(frames.filter(({ name }) => name === id).map(({ sessionId }) => sessionId));
  return frames
    .filter(({ sessionId, snapshot }) => snapshot && lives.has(sessionId))
    .map(({ snapshot }) => snapshot?.value);
}

/** What a message of the package is at the least. */
const messageSchema = z.object({
  type: z.enum(['@xstate.actor', '@xstate.event', '@xstate.snapshot']),
  sessionId: z.string().startsWith('x:'),
  rootId: z.string().startsWith('x:'),
  createdAt: z.string().regex(/^\d{13}$/),
  _version: z.string(),
});

it('shows a session active, idle, suspended and woken, to who asked for all and to who asked for it, and nothing that was said', async () => {
  await program.ask('hello', /hello/);
  await program.ask('hello', /hello/, { chatId: BEN });
  const [anna, ben] = [await program.sessionIs('idle'), await program.sessionIs('idle', BEN)];
  const [ofAll, ofOne] = [await inspect(), await inspect('--session', anna.id)];
  const [all, one] = [await watch(framesUrl(ofAll.url)), await watch(framesUrl(ofOne.url))];
  const received: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: framesUrl(ofAll.url) }).subscribe((message) => received.push(message));
  const inAll = (id: string) =>
    [...knownFrom(all.frames).values()].some(({ context }) => context?.['id'] === id);
  await expect.poll(() => [anna.id, ben.id].map(inAll), WAIT).toEqual([true, true]);
  await expect.poll(() => statesOf(one, anna.id), WAIT).toContainEqual({ live: 'idle' });

  await program.ask(`remember ${SECRET}`, /remember/);
  for (const viewer of [all, one]) {
    await expect.poll(() => statesOf(viewer, anna.id), WAIT).toContainEqual({ live: { active: 'working' } });
    await expect.poll(() => statesOf(viewer, anna.id).at(-1), WAIT).toEqual({ live: 'idle' });
  }
  await program.cli('suspend', anna.id);
  await program.sessionIs('suspended');
  for (const viewer of [all, one])
    await expect.poll(() => statesOf(viewer, anna.id).at(-1), WAIT).toEqual({ suspended: 'resting' });
  await program.ask('hello again', /hello again/);
  for (const viewer of [all, one])
    await expect.poll(() => statesOf(viewer, anna.id).at(-1), WAIT).toEqual({ live: 'idle' });
  expect(
    new Set(one.frames.filter(({ name }) => name === anna.id).map(({ sessionId }) => sessionId)).size,
  ).toBe(2);

  expect(one.text).not.toContain(ben.id);
  for (const { text } of [all, one])
    for (const unsaid of [
      SECRET,
      'hello',
      program.workspace,
      program.environment['TELEGRAM_BOT_TOKEN'],
      'PLANTED',
    ])
      expect(text).not.toContain(unsaid);
  await expect.poll(() => received.length, WAIT).toBeGreaterThan(10);
  for (const message of received.filter(({ type }) => type.startsWith('@')))
    expect(messageSchema.safeParse(message).error).toBeUndefined();

  ofOne.command.kill('SIGINT');
  expect((await ofOne.command).exitCode).toBe(0);
  await expect.poll(() => one.socket.readyState, WAIT).toBe(WebSocket.CLOSED);
  expect(all.socket.readyState).toBe(WebSocket.OPEN);
  await expect(watch(framesUrl(ofOne.url))).rejects.toThrow('403');
  const { port } = new URL(ofAll.url);
  for (const refused of [
    watch(framesUrl(ofAll.url, '')),
    watch(framesUrl(ofAll.url), { origin: 'https://evil.example' }),
    watch(framesUrl(ofAll.url), { headers: { host: `evil.example:${port}` } }),
  ])
    await expect(refused).rejects.toThrow('403');
  ofAll.command.kill('SIGINT');
  await ofAll.command;
  // The last address that is taken back ends the server.
  const knock = () => watch(framesUrl(ofAll.url)).then(({ socket }) => socket.terminate(), String);
  await expect.poll(knock, WAIT).toContain('ECONNREFUSED');
});
