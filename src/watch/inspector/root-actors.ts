/** The root actors that run: followed in name only, and observed for as long as somebody watches them. */
import type { AnyActor, InspectionEvent, Subscription } from 'xstate';

/** What is watched: every actor (null), or those of the session of this id, whose root actor bears it. */
export type Scope = string | null;

export interface RootActorsOptions {
  /** Whether somebody watches the root actor of this id. */
  isWatched: (id: string) => boolean;
  /** Somebody watches it from now on. */
  onWatched: (root: AnyActor) => void;
  /** Nobody watches it any more. */
  onUnwatched: (root: AnyActor) => void;
  /** It has ended while it was watched. */
  onOver: (root: AnyActor) => void;
  inspect: (root: AnyActor, event: InspectionEvent) => void;
}

/** Of a root actor that is watched. */
interface Watch {
  /** Null while it is not observed. */
  subscription: Subscription | null;
}

export class RootActors {
  readonly #options: RootActorsOptions;
  readonly #running = new Map<AnyActor, Watch | null>();

  constructor(options: RootActorsOptions) {
    this.#options = options;
  }

  /** To call before its start; it has an error observer of its own. Until it is watched, no event of it costs anything. */
  follow(root: AnyActor): void {
    this.#running.set(root, null);
    const isOver = () => this.#forget(root);
    // XState completes an actor before inspectors see its last snapshot.
    root.subscribe({ complete: () => queueMicrotask(isOver), error: isOver });
    this.#adapt(root, null);
  }

  /** After somebody began, or ceased, to watch. */
  adapt(): void {
    for (const [root, watch] of this.#running) this.#adapt(root, watch);
  }

  /** No event of it is seen, or costs anything, until `observe`. */
  ignore(root: AnyActor): void {
    const watch = this.#running.get(root);
    watch?.subscription?.unsubscribe();
    if (watch) watch.subscription = null;
  }

  /** If it runs and is watched. */
  observe(root: AnyActor): void {
    const watch = this.#running.get(root);
    if (watch) watch.subscription ??= root.system.inspect((event) => this.#options.inspect(root, event));
  }

  #adapt(root: AnyActor, watch: Watch | null): void {
    const isWatched = this.#options.isWatched(root.id);
    if (isWatched && !watch) {
      this.#running.set(root, { subscription: null });
      this.#options.onWatched(root);
    }
    if (!isWatched && watch) {
      this.ignore(root);
      this.#running.set(root, null);
      this.#options.onUnwatched(root);
    }
  }

  #forget(root: AnyActor): void {
    const wasWatched = this.#running.get(root);
    this.ignore(root);
    this.#running.delete(root);
    if (wasWatched) this.#options.onOver(root);
  }
}
