/**
 * The machines, live, for the Stately inspector: every actor's states and events, and nothing that people wrote.
 *
 * To watch, set HIBERNAUT_INSPECT=1 and open the address that the log names (`inspector.listening`). The page lists
 * all actors by itself, without the internet. "Show the charts" puts https://stately.ai/inspect, the inspector's only
 * user interface, into a frame and hands it the same messages. The package's own server is not used: it listens on all
 * interfaces, asks nobody who they are, and opens a browser (@statelyai/inspect 0.7.2).
 */
import type { AnyActor, InspectionEvent } from 'xstate';
import type { WebSocket } from 'ws';
import { shownEvent, shownSnapshot } from './allow-list.ts';
import { createFrames } from './frames.ts';
import { LiveActors } from './live-actors.ts';
import { startRelay } from './relay.ts';
import { Viewer } from './viewer.ts';

export interface Inspector {
  /** The address to open; it holds the token. */
  readonly url: string;
  /** For `ActorOptions.inspect`. Never throws, and costs next to nothing while nobody watches. */
  readonly inspect: (event: InspectionEvent) => void;
  /** Watches a root actor that runs already, until the returned function is called. */
  attach(actor: AnyActor): () => void;
  close(): Promise<void>;
}

export interface InspectorOptions {
  log: { info(fields: object, event: string): void; warn(fields: object, event: string): void };
  /** Default: any free one on 127.0.0.1. */
  port?: number;
}

/** @throws AddressError if the port can't be listened on */
export async function startInspector({ log, port }: InspectorOptions): Promise<Inspector> {
  const live = new LiveActors();
  const frames = createFrames();
  const viewers = new Set<Viewer>();

  const show = (makeFrame: () => string | null): void => {
    if (viewers.size === 0) return;
    const frame = makeFrame();
    if (frame !== null) for (const viewer of viewers) viewer.show(frame);
  };
  const introduce = (sessionId: string): string | null => {
    const actor = live.describe(sessionId);
    return actor && frames.actor(actor, live.snapshot(sessionId));
  };

  const relay = await startRelay({
    port,
    onViewer: (socket) => {
      const viewer = new Viewer({ send: sendTo(socket), liveActors: () => live.ids(), introduce });
      viewers.add(viewer);
      socket.on('close', () => viewers.delete(viewer));
    },
  });
  log.info({ url: relay.url }, 'inspector.listening');

  const observe = (event: InspectionEvent): void => {
    const { sessionId } = event.actorRef;
    switch (event.type) {
      case '@xstate.actor':
        live.add(event.actorRef, event.rootId);
        show(() => introduce(sessionId));
        break;
      case '@xstate.event':
        show(() => {
          const target = live.describe(sessionId);
          return target && frames.event(target, shownEvent(event.event), event.sourceRef?.sessionId);
        });
        break;
      case '@xstate.snapshot':
        show(() => {
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
  const inspect = (event: InspectionEvent): void => {
    try {
      observe(event);
    } catch (error) {
      // It runs in the middle of a session's transition, which must not fail for it.
      log.warn({ err: error }, 'inspector.failed');
    }
  };

  return {
    url: relay.url,
    inspect,
    attach(actor) {
      const subscription = actor.system.inspect(inspect);
      for (const ref of withChildren(actor)) {
        live.add(ref, actor.sessionId);
        show(() => introduce(ref.sessionId));
      }
      return () => {
        subscription.unsubscribe();
        live.removeSystem(actor.sessionId);
      };
    },
    close: () => relay.close(),
  };
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
