/** Shows formatting in one line of text: `a <bold>b</bold>`. For expectations that people can read. */
import type { RichText } from '../../../src/telegram/render/rich-text.ts';

export function marked({ text, entities }: RichText): string {
  const tags = entities.flatMap((entity, index) => {
    const fact = 'url' in entity ? entity.url : 'language' in entity ? entity.language : '';
    const end = entity.offset + entity.length;
    return [
      { at: entity.offset, order: index, tag: `<${entity.type}${fact ? ` ${fact}` : ''}>` },
      // The inner ones close first, and before anything opens.
      { at: end, order: -1 - index, tag: `</${entity.type}>` },
    ];
  });
  tags.sort((a, b) => a.at - b.at || a.order - b.order);
  let shown = '';
  let last = 0;
  for (const { at, tag } of tags) {
    shown += text.slice(last, at) + tag;
    last = at;
  }
  return shown + text.slice(last);
}
