/** SQLite as Node carries it, without the warning that Node 22 greets it with: what we use of it is the same in Node 24. */
import type * as sqlite from 'node:sqlite';

/** Loading is one synchronous step, so no other warning can be lost with this one. */
export function loadSqlite(): typeof sqlite {
  const shown: unknown = Reflect.get(process, 'emitWarning');
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Reflect.set(process, 'emitWarning', shown);
  }
}
