/** The stand-in for an actor that the daemon must supply. */
import { fromPromise, type AnyActorLogic } from 'xstate';

/** Keeps `machines/` free of I/O, and turns a forgotten `provide` into a message that names the repair. */
export function notProvided<TLogic extends AnyActorLogic>(name: string): TLogic {
  return fromPromise(() => {
    throw new Error(
      `Actor "${name}" is not provided. Pass it in machine.provide({ actors: { ${name} } }), as src/daemon/sessions/wiring.ts does.`,
    );
  }) as unknown as TLogic;
}
