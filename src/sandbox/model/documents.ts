/** The longer texts that the scripted model can say. */

/** Every kind of Markdown that Claude writes, once. */
export const markdownDocument = `# Everything Markdown can do

A paragraph with **bold**, *italic*, ***both***, ~~struck~~ and \`inline code\`, and [a link](https://example.com/).

## Lists

- first
  - nested
    - deeper
- second

1. one
2. two
   - with a point

- [x] done
- [ ] still open

## A table

| Name | Size | Kind |
| :--- | ---: | :--: |
| alpha | 1 | *small* |
| beta | 20 | \`big\` |

## Code

\`\`\`typescript
/** Says hello. */
export function hello(name: string): string {
  return \`Hello, <\${name}> & goodbye\`;
}
\`\`\`

> A quote
> over two lines, with **bold** in it.

---

The end: 2 < 3 && "quotes" stay as they are.
`;

/** One numbered paragraph for each of `numbers`, about 200 characters each. */
export function longDocument(numbers: readonly number[]): string {
  return numbers
    .map(
      (number) =>
        `**Paragraph ${number}.** This is one of ${numbers.length} paragraphs, each with *some* formatting and ` +
        `\`code_${number}\`, so that a long answer has to be split into several messages without a break inside of it.`,
    )
    .join('\n\n');
}
