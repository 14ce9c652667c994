/**
 * The machines, live, for the Stately inspector: every actor's states and events, and nothing that people wrote.
 *
 * The page lists them and works offline. "Show the charts" puts https://stately.ai/inspect, the inspector's only
 * user interface, into a frame and hands it the same messages. The package's own server is not used: it listens on all
 * interfaces, asks nobody who they are, and opens a browser (@statelyai/inspect 0.7.2).
 */
import type { ActorRefLike, AnyActor, InspectionEvent } from 'xstate';
import { shownEvent, shownSnapshot } from './allow-list.ts';
import type { Frames } from './frames.ts';
import { Grants, type Grant } from './grants.ts';
import { isOver, LiveActors } from './live-actors.ts';
import { Pace } from './pace.ts';
import type { Line, Relay } from './relay.ts';
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
  line: Line;
}

export interface InspectorOptions {
  log: { warn(fields: object, event: string): void };
}

/** What viewers are told led to a state if nobody observed what did. */
const UNSEEN = { type: 'hibernaut.unseen' };

export function createInspector({ log }: InspectorOptions): Inspector {
  const live = new LiveActors();
  /** Made with the first address: most daemons never need the packages behind it. */
  let frames: Frames | null = null;
  const grants = new Grants();
  const watching = new Set<Watching>();

  const isFollowedAlone = (root: AnyActor): boolean =>
    [...watching].some(({ grant }) => grant.scope === root.id);
  const show = (root: AnyActor, makeFrame: () => string | null): void => {
    let frame: string | null | undefined;
    for (const { viewer, grant } of watching) {
      if (viewer === null || !isWithin(grant.scope, root.id)) continue;
      frame ??= makeFrame();
      if (frame !== null) viewer.show(frame);
    }
    if (frame) pace.spend(root);
  };
  const introduce = (sessionId: string): string | null => {
    const actor = live.describe(sessionId);
    return actor && frames && frames.actor(actor, live.snapshot(sessionId));
  };
  const showActor = (root: AnyActor, ref: ActorRefLike): void => {
    if (live.add(ref, root)) show(root, () => introduce(ref.sessionId));
  };
  const showSnapshot = (root: AnyActor, sessionId: string, snapshot: unknown, event: { type: unknown }) => {
    show(root, () => {
      const actor = live.describe(sessionId);
      return actor && frames && frames.snapshot(actor, shownSnapshot(snapshot), shownEvent(event));
    });
    if (isOver(snapshot)) live.remove(sessionId);
  };
  const showChanges = (root: AnyActor, event: { type: unknown }): void => {
    for (const { sessionId, snapshot } of live.takeChanged(root))
      showSnapshot(root, sessionId, snapshot, event);
  };
  /** What it, and what it has started, have become while nobody observed them. */
  const catchUp = (root: AnyActor): void => {
    roots.observe(root);
    for (const ref of withChildren(root)) if (!isOver(ref.getSnapshot())) showActor(root, ref);
    showChanges(root, UNSEEN);
    if (!isOver(root.getSnapshot())) return;
    // XState (5.33) lets run what a root that fails has started; to us it is over, too.
    for (const sessionId of live.idsOf(root)) showSnapshot(root, sessionId, { status: 'stopped' }, UNSEEN);
  };
  const observe = (root: AnyActor, event: InspectionEvent): void => {
    const { sessionId } = event.actorRef;
    switch (event.type) {
      case '@xstate.actor':
        showActor(root, event.actorRef);
        break;
      case '@xstate.event':
        show(root, () => {
          const target = live.describe(sessionId);
          return (
            target && frames && frames.event(target, shownEvent(event.event), event.sourceRef?.sessionId)
          );
        });
        // An actor that fails says nothing to inspectors (XState 5.33), but its parent is told.
        if (event.event.type.startsWith('xstate.error.actor.')) showChanges(root, event.event);
        break;
      case '@xstate.snapshot':
        live.noteShown(sessionId, event.snapshot);
        showSnapshot(root, sessionId, event.snapshot, event.event);
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

  const pace = new Pace({
    isExempt: isFollowedAlone,
    takeTurn: (root) => guarded(() => catchUp(root)),
    now: () => performance.now(),
  });
  const roots = new RootActors({
    isWatched: (id) => [...watching].some(({ grant }) => isWithin(grant.scope, id)),
    inspect: (root, event) =>
      guarded(() => {
        if (pace.hasRoomFor(root)) return observe(root, event);
        roots.ignore(root);
        pace.wait(root);
      }),
    onWatched: (root) => pace.wait(root),
    onUnwatched: (root) => {
      pace.forget(root);
      live.removeSystem(root);
    },
    onOver: (root) => pace.wait(root),
  });

  const welcome = (line: Line, grant: Grant): (() => void) => {
    const newcomer: Watching = { viewer: null, grant, line };
    watching.add(newcomer);
    roots.adapt();
    pace.takeTurns();
    newcomer.viewer = new Viewer({
      send: (frames, sent) => line.send(frames, sent),
      liveActors: () => live.ids((rootId) => isWithin(grant.scope, rootId)),
      introduce,
    });
    return () => {
      watching.delete(newcomer);
      roots.adapt();
    };
  };

  let relay: Promise<Relay> | null = null;
  const startFor = async (port: number): Promise<Relay> => {
    const [{ createFrames }, { startRelay }] = await Promise.all([
      import('./frames.ts'),
      import('./relay.ts'),
    ]);
    frames ??= createFrames();
    return startRelay({ port, grantOf: (token) => grants.of(token), onViewer: welcome });
  };
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
      const opening = (relay ??= startFor(Number(before?.port ?? 0)));
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
          for (const { line } of through()) line.cut();
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

function withChildren(actor: AnyActor): AnyActor[] {
  // What the snapshot of a machine has; that of another actor has no children.
  const { children } = actor.getSnapshot() as { children?: Record<string, AnyActor | undefined> };
  return [actor, ...Object.values(children ?? {}).flatMap((child) => (child ? withChildren(child) : []))];
}
