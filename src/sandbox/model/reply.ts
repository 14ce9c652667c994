/** From a conversation to the parts of the next answer. Pure. */
import { type Conversation } from './conversation.ts';
import { type Part, say } from './parts.ts';
import type { ModelSettings } from './rule.ts';
import { answerTo } from './rules.ts';

/**
 * Replays the running turn: each prompt's rule runs from its start, fed with the results of the tools that already ran.
 * What comes after the last of those results is what has not been said yet. Ends at the next tool call.
 */
export function replyTo(conversation: Conversation, settings: ModelSettings): Part[] {
  const results = [...conversation.results];
  let unsaid: Part[] = [];
  for (const [index, prompt] of conversation.prompts.entries()) {
    const isLast = index === conversation.prompts.length - 1;
    if (unsaid.length > 0) unsaid.push(say('\n\n'));
    const answer = answerTo({ prompt, conversation, settings });
    let step = answer.next();
    while (!step.done) {
      const part = step.value;
      if (part.kind === 'tool') {
        const result = results.shift();
        if (!result) return [...unsaid, part];
        unsaid = [];
        step = answer.next(result);
        continue;
      }
      // A prompt that hung or failed stays in the conversation; the one after it gets its answer.
      if (isLast || (part.kind !== 'hang' && part.kind !== 'fail')) unsaid.push(part);
      step = answer.next({ text: '', failed: false });
    }
  }
  return unsaid.length > 0 ? unsaid : [say('There is nothing to answer.')];
}
