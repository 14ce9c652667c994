/** Tables, as columns of equal width in a block of code: Telegram has none of its own. */
import type { Table, TableCell } from 'mdast';
import { widthOf } from './columns.ts';
import { renderInline } from './inline.ts';
import { pre, type RichText } from './rich-text.ts';
import { deeper, type Scope } from './scope.ts';

/** A longer cell is shown whole, and moves the rest of its row; it does not widen all the other rows. */
const WIDEST_COLUMN = 40;

type Align = NonNullable<Table['align']>[number];

export function renderTable(table: Table, scope: Scope): RichText {
  const rows = table.children.map((row) => row.children.map((cell) => cellText(cell, scope)));
  const widths = columnWidths(rows);
  const [head = [], ...body] = rows.map((row) => lineOf(row, widths, table.align ?? []));
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─');
  return pre([head, rule, ...body].join('\n'));
}

function cellText(cell: TableCell, scope: Scope): string {
  const written = deeper(cell, { ...scope, links: 'writtenOut' }, (inner) =>
    renderInline(cell.children, inner),
  );
  return written.text.replace(/\s+/g, ' ').trim();
}

function columnWidths(rows: readonly string[][]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 1, Math.min(widthOf(text), WIDEST_COLUMN));
    }
  }
  return widths;
}

function lineOf(row: readonly string[], widths: readonly number[], aligns: readonly Align[]): string {
  const cells = row.map((text, column) => padded(text, widths[column] ?? 0, aligns[column] ?? null));
  return cells.join(' │ ').trimEnd();
}

function padded(text: string, width: number, align: Align): string {
  const room = Math.max(0, width - widthOf(text));
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}
