/** Commands about the files of the session's folder. */
import { plain } from '../../render/rich-text.ts';
import { changesText, howToDiffText, howToGetText, listingText } from '../../texts/files.ts';
import { noSessionText } from '../../texts/sessions.ts';
import type { Run } from './command.ts';

const get: Run = async ({ address, argument }, sessions) => {
  if (argument === '') return { text: howToGetText() };
  const got = await sessions.getFile(address, argument);
  if ('refused' in got) return { text: plain(got.refused) };
  return 'key' in got ? { text: plain(''), file: got } : { text: listingText(got) };
};

const diff: Run = async ({ address, argument, at }, sessions) => {
  if (argument !== '' && argument !== 'all') return { text: howToDiffText() };
  const changes = await sessions.changes(address, argument === 'all' ? 'commit' : 'turn');
  if (changes === null) return { text: noSessionText() };
  if ('refused' in changes) return { text: plain(changes.refused) };
  const text = changesText(changes, argument === 'all' ? 'commit' : 'turn', at);
  return typeof changes.patch === 'string' ? { text } : { text, file: changes.patch };
};

export const FILE_COMMANDS = { get, diff } satisfies Record<string, Run>;
