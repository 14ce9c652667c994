/** Words of Claude's, or of a file's, within ours. */
import { plain, type RichText } from '../render/rich-text.ts';
import { untappable } from '../render/untappable.ts';
import { visible } from '../render/visible.ts';

/** Nothing in them can be tapped, and what is invisible is shown. */
export function words(text: string): RichText {
  return untappable(plain(visible(text)));
}
