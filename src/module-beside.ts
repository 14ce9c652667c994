/** Modules that are named, not imported: for another process or thread to load. */
import { extname } from 'node:path';

/**
 * The address of a module, for the checkout, where it is TypeScript, and for the package, where it is compiled.
 * @param path relative to `from`, without its extension
 * @param from the `import.meta.url` of the module that names it
 */
export function moduleBeside(path: string, from: string): URL {
  return new URL(`${path}${extname(new URL(from).pathname)}`, from);
}
