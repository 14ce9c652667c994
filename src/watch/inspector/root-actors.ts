/** The root actors that run: followed in name only, and attached to for as long as somebody watches them. */
import type { AnyActor, InspectionEvent } from 'xstate';

/** What is watched: every actor (null), or those of the session of this id, whose root actor bears it. */
export type Scope = string | null;

export interface RootActorsOptions {
  /** Whether somebody watches the root actor of this id. */
  isWatched: (id: string) => boolean;
  onAttach: (root: AnyActor) => void;
  onDetach: (root: AnyActor) => void;
  inspect: (root: AnyActor, event: InspectionEvent) => void;
}

export class RootActors {
  readonly #options: RootActorsOptions;
  /** Each with what detaches from it; null: nobody watches it. */
  readonly #running = new Map<AnyActor, (() => void) | null>();

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
    for (const [root, detach] of this.#running) this.#adapt(root, detach);
  }

  /** How many run, and how many of them are attached to. */
  get count(): { running: number; attached: number } {
    const all = [...this.#running.values()];
    return { running: all.length, attached: all.filter((detach) => detach !== null).length };
  }

  #adapt(root: AnyActor, detach: (() => void) | null): void {
    const isWatched = this.#options.isWatched(root.id);
    if (isWatched && !detach) this.#running.set(root, this.#attach(root));
    if (!isWatched && detach) {
      detach();
      this.#running.set(root, null);
    }
  }

  #attach(root: AnyActor): () => void {
    const { onAttach, onDetach, inspect } = this.#options;
    const subscription = root.system.inspect((event) => inspect(root, event));
    onAttach(root);
    return () => {
      subscription.unsubscribe();
      onDetach(root);
    };
  }

  #forget(root: AnyActor): void {
    this.#running.get(root)?.();
    this.#running.delete(root);
  }
}
