/** Markdown within a line: emphasis, code, links, images, breaks. */
import type { InlineCode, PhrasingContent } from 'mdast';
import { renderLink, writtenOutLink } from './links.ts';
import { bold, code, italic, join, plain, strikethrough, type RichText } from './rich-text.ts';
import { deeper, footnoteMark, sourceOf, type Scope } from './scope.ts';

export function renderInline(nodes: readonly PhrasingContent[], scope: Scope): RichText {
  return join(
    nodes.map((node) => renderPhrase(node, scope)),
    '',
  );
}

function renderPhrase(node: PhrasingContent, scope: Scope): RichText {
  switch (node.type) {
    case 'text':
      return plain(node.value);
    case 'strong':
      return bold(deeper(node, scope, (inner) => renderInline(node.children, inner)));
    case 'emphasis':
      return italic(deeper(node, scope, (inner) => renderInline(node.children, inner)));
    case 'delete':
      return strikethrough(deeper(node, scope, (inner) => renderInline(node.children, inner)));
    case 'inlineCode':
      return inlineCode(node, scope);
    case 'break':
      return plain('\n');
    case 'html':
      return plain(/^<br\s*\/?>$/i.test(node.value) ? '\n' : node.value);
    case 'link':
      return linkTo(node.url, scope, (inside) =>
        deeper(node, inside, (inner) => renderInline(node.children, inner)),
      );
    case 'linkReference':
      return linkTo(scope.definitions.get(node.identifier), scope, (inside) =>
        deeper(node, inside, (inner) => renderInline(node.children, inner)),
      );
    case 'image':
      return linkTo(node.url, scope, () => plain(node.alt ?? ''));
    case 'imageReference':
      return linkTo(scope.definitions.get(node.identifier), scope, () => plain(node.alt ?? ''));
    case 'footnoteReference':
      return plain(footnoteMark(node.identifier, scope));
    default:
      return plain(sourceOf(node, scope));
  }
}

function inlineCode({ value }: InlineCode, { links }: Scope): RichText {
  const words = value.replaceAll('\n', ' ');
  // Of a link and code over the same words Telegram keeps the code.
  return links === 'inside' ? plain(words) : code(words);
}

function linkTo(url: string | undefined, scope: Scope, render: (inside: Scope) => RichText): RichText {
  const content = render({ ...scope, links: 'inside' });
  if (url === undefined || scope.links === 'inside') return content;
  return scope.links === 'live' ? renderLink(content, url) : writtenOutLink(content, url);
}
