/** Commands about the files of the session's folder. */
import { plain } from '../../render/rich-text.ts';
import { howToGetText, listingText } from '../../texts/files.ts';
import type { Run } from './command.ts';

const get: Run = async ({ address, argument }, sessions) => {
  if (argument === '') return { text: howToGetText() };
  const got = await sessions.getFile(address, argument);
  if ('refused' in got) return { text: plain(got.refused) };
  return 'key' in got ? { text: plain(''), file: got } : { text: listingText(got) };
};

export const FILE_COMMANDS = { get } satisfies Record<string, Run>;
