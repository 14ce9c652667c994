/** The types of wait-words.js, for its test: a browser loads the file as it is. */

export function waitWords(chart: string, delay: string): string;
