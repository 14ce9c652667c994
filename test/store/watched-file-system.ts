/** The real file system, with a word to say before each call: to count, to fail, to die. */
import * as nodeFs from 'node:fs/promises';
import type { FileSystem } from '../../src/store/disk.ts';

/**
 * Told each call with the path it is about; the call is made once it has returned. If it throws, the call fails with that
 * and has no effect. `write`, `sync` and `close` are calls on the file or folder that was opened at `path`.
 */
export type OnCall = (call: string, path: string) => void | Promise<void>;

export function watchedFileSystem(onCall: OnCall): FileSystem {
  const watch = <Rest extends unknown[], R>(
    call: string,
    work: (path: string, ...rest: Rest) => Promise<R>,
  ) => {
    return async (path: string, ...rest: Rest): Promise<R> => {
      await onCall(call, path);
      return work(path, ...rest);
    };
  };
  const methods = {
    chmod: watch('chmod', nodeFs.chmod),
    mkdir: watch('mkdir', nodeFs.mkdir),
    open: watch('open', async (path, flags?: string | number, mode?: nodeFs.FileHandle | number) => {
      return watchHandle(await nodeFs.open(path, flags, mode as number), path, onCall);
    }),
    readdir: watch('readdir', nodeFs.readdir as (path: string) => Promise<string[]>),
    readFile: watch('readFile', nodeFs.readFile as (path: string) => Promise<Buffer>),
    rename: watch('rename', nodeFs.rename as (path: string, to: string) => Promise<void>),
    rm: watch('rm', nodeFs.rm),
    stat: watch('stat', nodeFs.stat as (path: string) => Promise<Awaited<ReturnType<typeof nodeFs.stat>>>),
  };
  // Node's own types have many overloads for each; the store calls the ones above.
  return methods as unknown as FileSystem;
}

function watchHandle(handle: nodeFs.FileHandle, path: string, onCall: OnCall): nodeFs.FileHandle {
  const writeFile = handle.writeFile.bind(handle);
  const sync = handle.sync.bind(handle);
  const close = handle.close.bind(handle);
  handle.writeFile = async (...args) => {
    await onCall('write', path);
    return writeFile(...args);
  };
  handle.sync = async () => {
    await onCall('sync', path);
    return sync();
  };
  handle.close = async () => {
    // Closed in any case, as the kernel does when a process dies.
    await close();
    await onCall('close', path);
  };
  return handle;
}
