/** What Telegram, and a reader of the Bot API, would have against a message. */
import { isDeepStrictEqual } from 'node:util';
import { fixFormattedText } from '../../../src/sandbox/bot-api/text/formatted-text.ts';
import { isBlank } from '../../../src/telegram/render/clean.ts';
import type { RichText } from '../../../src/telegram/render/rich-text.ts';
import { checkEntities, normalizedByTdlib } from '../../helpers/tdlib.ts';
import { tappableIn } from './tappable.ts';

const LONGEST_TEXT = 4_096;
const MOST_ENTITIES = 100;
/** Of the texts in its entities, and what else they take; Telegram refuses some 9,500. */
const MOST_ENTITY_BYTES = 9_000;

/** TDLib would read these as formatting where it is asked what Telegram stores. */
const MARKDOWN_CHARACTERS = /[*_~|[\]`]/g;

/** Empty if Telegram takes the message as it is, keeps all its formatting, and makes nothing of it that can be tapped. */
export function faultsOf({ text, entities }: RichText): string[] {
  const faults: string[] = [];
  const refused = checkEntities(text, entities);
  if (refused !== null) faults.push(`Telegram refuses it: ${refused}.`);
  if (text.length > LONGEST_TEXT) faults.push(`It has ${text.length} UTF-16 units.`);
  if (isBlank({ text, entities })) faults.push('There is nothing to see in it.');
  if (entities.length > MOST_ENTITIES) faults.push(`It has ${entities.length} entities.`);
  const bytes = Buffer.byteLength(JSON.stringify(entities.map((one) => ('url' in one ? one.url : ''))));
  if (bytes + 16 * entities.length > MOST_ENTITY_BYTES) faults.push(`Its links take ${bytes} bytes.`);

  const masked = text.replace(MARKDOWN_CHARACTERS, '+');
  if (!isDeepStrictEqual(normalizedByTdlib(masked, entities), { text: masked, entities })) {
    faults.push('Telegram keeps it in another form.');
  }
  // TDLib is asked before it trims.
  if (fixFormattedText({ text, entities }).text !== text) faults.push('Telegram trims it.');
  const tappable = tappableIn({ text, entities });
  if (tappable.length > 0) faults.push(`It can be tapped: ${tappable.join(' ')}.`);
  return faults;
}
