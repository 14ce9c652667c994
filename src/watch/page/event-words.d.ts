/** The types of event-words.js, for the command line: a browser loads the file as it is. */

export function eventWords(event: string): string;
export function whoWords(by: string): string;
