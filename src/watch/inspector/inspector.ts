/**
 * The machines, live, for the Stately inspector: every actor's states and events, and nothing that people wrote.
 *
 * The page lists them and works offline. "Show the charts" puts https://stately.ai/inspect, the inspector's only
 * user interface, into a frame and hands it the same messages. The package's own server is not used: it listens on all
 * interfaces, asks nobody who they are, and opens a browser (@statelyai/inspect 0.7.2).
 */
import type { AnyActor, InspectionEvent } from 'xstate';
import type { WebSocket } from 'ws';
import { shownEvent, shownSnapshot } from './allow-list.ts';
import { createFrames } from './frames.ts';
import { Grants, type Grant } from './grants.ts';
import { LiveActors } from './live-actors.ts';
import { startRelay, type Relay } from './relay.ts';
import { RootActors, type Scope } from './root-actors.ts';
import { Viewer } from './viewer.ts';

export interface Inspector {
  /**
   * To call with every root actor, before its start; it has an error observer of its own. It is followed until it ends,
   * and costs nothing per event while nobody watches it. Never throws.
   */
  readonly follow: (actor: AnyActor) => void;
  /**
   * Opens an address. The first one starts the server, and the last one that closes ends it; any number at once.
   * @throws AddressError if nothing can be listened on
   */
  open(wish?: Wish): Promise<Opened>;
  /** Cuts off all viewers. */
  close(): Promise<void>;
}

export interface Wish {
  /** Default: all. */
  scope?: Scope;
  /** The address that an inspector before this one gave: the same again if its port is free. Its page finds back to it. */
  again?: string | undefined;
}

export interface Opened {
  /** The address to open in a browser. The token is behind the `#`, which browsers keep to themselves. */
  readonly url: string;
  /** How many watch through it now. */
  readonly viewers: number;
  /** Cuts off who watches through it. */
  close(): Promise<void>;
}

interface Watching {
  viewer: Viewer | null;
  grant: Grant;
  socket: WebSocket;
}

export interface InspectorOptions {
  log: { warn(fields: object, event: string): void };
}

export function createInspector({ log }: InspectorOptions): Inspector {
  const live = new LiveActors();
  const frames = createFrames();
  const grants = new Grants();
  const watching = new Set<Watching>();

  const show = (root: AnyActor, makeFrame: () => string | null): void => {
    let frame: string | null | undefined;
    for (const { viewer, grant } of watching) {
      if (viewer === null || !isWithin(grant.scope, root.id)) continue;
      frame ??= makeFrame();
      if (frame !== null) viewer.show(frame);
    }
  };
  const introduce = (sessionId: string): string | null => {
    const actor = live.describe(sessionId);
    return actor && frames.actor(actor, live.snapshot(sessionId));
  };
  const observe = (root: AnyActor, event: InspectionEvent): void => {
    const { sessionId } = event.actorRef;
    switch (event.type) {
      case '@xstate.actor':
        live.add(event.actorRef, root);
        show(root, () => introduce(sessionId));
        break;
      case '@xstate.event':
        show(root, () => {
          const target = live.describe(sessionId);
          return target && frames.event(target, shownEvent(event.event), event.sourceRef?.sessionId);
        });
        break;
      case '@xstate.snapshot':
        show(root, () => {
          const actor = live.describe(sessionId);
          return actor && frames.snapshot(actor, shownSnapshot(event.snapshot), shownEvent(event.event));
        });
        if (event.snapshot.status !== 'active') live.remove(sessionId);
        break;
      case '@xstate.transition':
      case '@xstate.microstep':
      case '@xstate.action':
      // The inspector does not show these.
    }
  };
  /** It runs in the middle of a session's transition, which must not fail for it. */
  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      log.warn({ err: error }, 'inspector.failed');
    }
  };

  const roots = new RootActors({
    isWatched: (id) => [...watching].some(({ grant }) => isWithin(grant.scope, id)),
    inspect: (root, event) => guarded(() => observe(root, event)),
    onAttach: (root) =>
      guarded(() => {
        for (const ref of withChildren(root)) {
          live.add(ref, root);
          show(root, () => introduce(ref.sessionId));
        }
      }),
    onDetach: (root) => live.removeSystem(root),
  });

  const welcome = (socket: WebSocket, grant: Grant): void => {
    const newcomer: Watching = { viewer: null, grant, socket };
    watching.add(newcomer);
    roots.adapt();
    newcomer.viewer = new Viewer({
      send: sendTo(socket),
      liveActors: () => live.ids((rootId) => isWithin(grant.scope, rootId)),
      introduce,
    });
    socket.on('close', () => {
      watching.delete(newcomer);
      roots.adapt();
    });
  };

  let relay: Promise<Relay> | null = null;
  const close = async (): Promise<void> => {
    const open = relay;
    relay = null;
    await (await open)?.close();
  };

  return {
    follow: (actor) => guarded(() => roots.follow(actor)),
    open: async ({ scope = null, again } = {}) => {
      const before = again === undefined ? null : URL.parse(again);
      const grant = grants.give(scope, before?.hash.slice(1));
      const opening = (relay ??= startRelay({
        port: Number(before?.port ?? 0),
        grantOf: (token) => grants.of(token),
        onViewer: welcome,
      }));
      const { url } = await opening.catch((error: unknown) => {
        grants.takeBack(grant);
        if (relay === opening) relay = null;
        throw error;
      });
      const through = (): Watching[] => [...watching].filter((each) => each.grant === grant);
      return {
        url: `${url}/#${grant.token}`,
        get viewers() {
          return through().length;
        },
        close: async () => {
          for (const { socket } of through()) socket.terminate();
          if (grants.takeBack(grant)) await close();
        },
      };
    },
    close,
  };
}

function isWithin(scope: Scope, rootId: string): boolean {
  return scope === null || scope === rootId;
}

function sendTo(socket: WebSocket) {
  return (frame: string, sent: () => void): void => {
    // A viewer that has gone is taken off the list when its socket closes; until then nothing more is sent.
    socket.send(frame, (error) => {
      if (!error) sent();
    });
  };
}

function withChildren(actor: AnyActor): AnyActor[] {
  // What the snapshot of a machine has; that of another actor has no children.
  const { children } = actor.getSnapshot() as { children?: Record<string, AnyActor | undefined> };
  return [actor, ...Object.values(children ?? {}).flatMap((child) => (child ? withChildren(child) : []))];
}
