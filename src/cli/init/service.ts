/** The offer of a service, once the settings that it needs are written. */
import { ServiceError } from '../../service/facts.ts';
import type { Setup } from './setup.ts';

/** `restart` too: the settings of one that is there already may be new. */
type Wish = 'fromBoot' | 'withLogin' | 'no';

/**
 * Resolves with whether a service runs by now.
 * @throws ServiceError, ConfigError if it was asked for with `--service` and can't be had; Cancelled
 */
export async function offerService(setup: Setup): Promise<boolean> {
  const wish = await wishOf(setup);
  if (wish === 'no') return false;
  const { host, options, draft, person, warn } = setup;
  const { installService } = await import('../service/install.ts');
  try {
    await installService(
      { ...host, out: options.json ? () => undefined : host.out },
      { restart: draft.changes.length > 0, linger: wish === 'fromBoot' },
    );
    return true;
  } catch (error) {
    if (!person || options.service || !(error instanceof ServiceError)) throw error;
    warn(error.message);
    return false;
  }
}

async function wishOf({ options, person }: Setup): Promise<Wish> {
  if (options.service !== undefined) return options.service ? 'withLogin' : 'no';
  if (!person) return 'no';
  const no = { value: 'no' as const, label: 'No', hint: '"hibernaut start" runs it in a terminal' };
  if (process.platform === 'darwin') {
    return person.choose('Run it as a service from now on?', [{ value: 'withLogin', label: 'Yes' }, no]);
  }
  return person.choose('Run it as a service from now on?', [
    { value: 'fromBoot', label: 'Yes, from boot on', hint: 'also while you are logged out' },
    { value: 'withLogin', label: 'Yes, while I am logged in' },
    no,
  ]);
}
