/** Numbers, sums of money and cut texts, as they stand within sentences. */

/** `1 turn`, `2 turns`. */
export function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** `$0.04`; of a sum too small to be shown no more than that. */
export function dollars(usd: number): string {
  return usd < 0.01 ? 'under $0.01' : `$${usd.toFixed(2)}`;
}

/** Cut between characters, not inside of one. @param longest in characters, with the `…` */
export function shortened(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}
