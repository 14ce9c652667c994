/** `1st`, `2nd`, `3rd`, `4th` … */
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
const RULES = new Intl.PluralRules('en', { type: 'ordinal' });

export function ordinal(place: number): string {
  return `${place}${SUFFIXES[RULES.select(place)] ?? 'th'}`;
}
