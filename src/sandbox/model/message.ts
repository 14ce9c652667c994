/** An answer's parts as a message of the Messages API: its blocks, and what it cost. */
import { randomUUID } from 'node:crypto';
import { type Part } from './parts.ts';

/** A content block, with the deltas that stream it. */
export interface Block {
  /** As `content_block_start` has it: still empty. */
  start: Record<string, unknown>;
  deltas: Record<string, unknown>[];
  pauseMs: number;
  /** As a message that is not streamed has it. */
  whole: Record<string, unknown>;
}

export interface Reply {
  id: string;
  blocks: Block[];
  /** The answer never ends. */
  hangs: boolean;
  stopReason: 'end_turn' | 'tool_use';
  usage: { input_tokens: number; output_tokens: number };
}

/** @param inputLength of the request, in characters; a token is taken to be four of them. */
export function composeReply(parts: readonly Part[], inputLength: number, mayThink: boolean): Reply {
  const blocks = joinTexts(parts).flatMap((part) => blockOf(part, mayThink) ?? []);
  const outputLength = JSON.stringify(blocks.map((block) => block.whole)).length;
  return {
    id: newId('msg'),
    blocks,
    hangs: parts.some((part) => part.kind === 'hang'),
    stopReason: parts.some((part) => part.kind === 'tool') ? 'tool_use' : 'end_turn',
    usage: { input_tokens: toTokens(inputLength), output_tokens: toTokens(outputLength) },
  };
}

export function newId(prefix: 'msg' | 'toolu' | 'req'): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

export function toTokens(length: number): number {
  return Math.max(1, Math.ceil(length / 4));
}

function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text' && part.pauseMs === last.pauseMs) {
      joined[joined.length - 1] = { ...last, deltas: [...last.deltas, ...part.deltas] };
    } else joined.push(part);
  }
  return joined;
}

function blockOf(part: Part, mayThink: boolean): Block | null {
  switch (part.kind) {
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: part.deltas.map((text) => ({ type: 'text_delta', text })),
        pauseMs: part.pauseMs,
        whole: { type: 'text', text: part.deltas.join('') },
      };
    case 'thinking':
      return mayThink ? thinkingBlock(part.text) : null;
    case 'tool': {
      const { name, input } = part;
      const tool = { type: 'tool_use', id: newId('toolu'), name };
      return {
        start: { ...tool, input: {} },
        deltas: halves(JSON.stringify(input)).map((json) => ({
          type: 'input_json_delta',
          partial_json: json,
        })),
        pauseMs: 0,
        whole: { ...tool, input },
      };
    }
    case 'hang':
    case 'fail':
      return null;
  }
}

function thinkingBlock(thinking: string): Block {
  const signature = Buffer.from('scripted').toString('base64');
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...halves(thinking).map((half) => ({ type: 'thinking_delta', thinking: half })),
      { type: 'signature_delta', signature },
    ],
    pauseMs: 0,
    whole: { type: 'thinking', thinking, signature },
  };
}

/** Cut between characters: half a surrogate pair would not survive UTF-8. */
function halves(text: string): string[] {
  const characters = Array.from(text);
  const middle = Math.ceil(characters.length / 2);
  return [characters.slice(0, middle), characters.slice(middle)].map((half) => half.join(''));
}
