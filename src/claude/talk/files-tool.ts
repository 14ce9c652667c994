/** The tool of ours with which Claude sends files to the chat: an MCP server in this process. */
import {
  createSdkMcpServer,
  tool,
  type McpSdkServerConfigWithInstance,
} from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { ClaudeListener } from '../ports.ts';

const SERVER = 'hibernaut';
const TOOL = 'send_files';

/** As Claude Code calls it. */
export const SEND_FILES = `mcp__${SERVER}__${TOOL}`;

/** Bot API, sendMediaGroup: so many make one album. */
const MOST_FILES = 10;
const LONGEST_CAPTION = 4_000;

const DESCRIPTION = `Sends files from this machine to the person you are talking with: they read you in Telegram, and can't see this machine's disk. Use it when they ask for a file, and when a picture, a report or an archive that you made is what they want to see.
PNG, JPEG and WebP pictures up to 10 MB are shown as pictures, several at once as an album; everything else arrives as a document of up to 50 MB. Folders can't be sent: make an archive first.
Files must lie under the working directory, or under another folder that sessions may work in. They are copied when you call this: you may change or delete them afterwards. It needs no approval. Either all of the files are sent or, if there is something wrong with one of them, none.`;

const input = {
  paths: z
    .array(z.string())
    .min(1)
    .max(MOST_FILES)
    .describe('The files, absolute or relative to the working directory'),
  caption: z
    .string()
    .max(LONGEST_CAPTION)
    .optional()
    .describe('What is said with them, in Markdown. Not needed where your answer says it'),
};

/** For `mcpServers` of the SDK's options; one for each process. */
export function filesServer(
  send: ClaudeListener['sendFiles'],
): Record<string, McpSdkServerConfigWithInstance> {
  const sendFiles = tool(
    TOOL,
    DESCRIPTION,
    input,
    async ({ paths, caption }) => {
      const answer = await send({ paths, caption: caption?.trim() ? caption : null });
      return 'refused' in answer
        ? { isError: true, content: [{ type: 'text', text: `Nothing was sent. ${answer.refused}` }] }
        : { content: [{ type: 'text', text: `On the way to the chat: ${answer.names.join(', ')}` }] };
    },
    { annotations: { title: 'Send files to the chat', readOnlyHint: true, openWorldHint: false } },
  );
  // Always at hand: behind Claude Code's tool search it would be a round trip away.
  return { [SERVER]: createSdkMcpServer({ name: SERVER, alwaysLoad: true, tools: [sendFiles] }) };
}
