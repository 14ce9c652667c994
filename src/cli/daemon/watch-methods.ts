/** The live page, over the control socket: its address, and whether browsers stay known. */
import { z } from 'zod';
import { ControlError, type ControlMethod } from '../../control/protocol.ts';
import { PAGE_PATH, type LivePage } from '../../watch/live/page-server.ts';
import { asked } from './session-methods.ts';

export const shownAddressSchema = z.object({
  /** Lets one browser in, once. */
  address: z.string(),
  /** Wall clock, ms since the epoch. */
  expiresAt: z.number(),
});

const openParameters = z.object({ shutsOut: z.boolean() });

/** @param watch its page and the HTTP server's address; null: there is none, or not yet */
export function watchMethods(watch: {
  page: LivePage | null;
  url: string | null;
}): Record<string, ControlMethod> {
  return {
    'watch.open': async (params) => {
      const { shutsOut } = asked('watch.open', openParameters, params);
      const { page, url } = watch;
      if (!page) throw new ControlError(OFF);
      if (url === null) throw new ControlError('Hibernaut is starting. Ask again in a moment.');
      if (shutsOut) await page.shutOut();
      const { code, expiresAt } = page.invite();
      // What is behind the # stays in the browser: it is in no request, and so in no log.
      return { address: `${url}${PAGE_PATH}/#${code}`, expiresAt };
    },
  };
}

const OFF =
  'There is no live page: HIBERNAUT_HTTP is off. Set it to an address such as 127.0.0.1:4747, and start anew.';
