/** Rules of the scripted model by which it reads files: one that is named, or those that came with a message. */
import { resolve } from 'node:path';
import { type Answer, say, tool } from './parts.ts';
import type { Rule } from './rule.ts';

const MAX_LENGTH = 1_500;
/** A line of the block that comes before the words of a message with files (`src/daemon/messages/arrivals/prompt.ts`). */
const ATTACHED = /^- (\.hibernaut\/[^:\n]+): /gm;

export const readRules: readonly Rule[] = [
  {
    usage: 'read <path>',
    help: 'reads a file',
    pattern: /^read\s+(\S+)$/i,
    answer: ([path = ''], { conversation }) => readAll([path], conversation.workingDirectory),
  },
  {
    usage: 'read it',
    help: 'as the caption of a file: reads it',
    pattern: /^<telegram>\n([\s\S]*)\n<\/telegram>\n\nread (?:it|them)$/i,
    answer: ([block = ''], { conversation }) => {
      const paths = [...block.matchAll(ATTACHED)].map(([, path = '']) => path);
      return readAll(paths, conversation.workingDirectory);
    },
  },
];

function* readAll(paths: readonly string[], folder: string): Answer {
  const read: string[] = [];
  for (const path of paths) {
    const { text, failed } = yield tool('Read', { file_path: resolve(folder, path) });
    const shown = text.trim().slice(0, MAX_LENGTH) || 'something that is no text';
    read.push(`${failed ? 'I can not read' : 'I have read'} \`${path}\`: ${shown}`);
  }
  yield say(read.join('\n\n'));
}
