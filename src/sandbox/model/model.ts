/** The scripted stand-in for the Messages API: an HTTP server on loopback that the real Claude Code binary talks to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { type ScriptedModel } from '../ports.ts';
import { sendApiError } from './api-error.ts';
import { readConversation } from './conversation.ts';
import { composeReply, newId, toTokens } from './message.ts';
import { replyTo } from './reply.ts';
import { parseRequest } from './request.ts';
import { jsonAnswer } from './side-request.ts';
import { sendReply, streamReply } from './stream.ts';
import { TurnLog } from './turn-log.ts';

export interface ModelOptions {
  /** Default: any free port. */
  port?: number;
  /** Between two words of `slow`. Default: 60. */
  wordPauseMs?: number;
}

/** Starts the stand-in on 127.0.0.1. Rejects when the port is taken. */
export async function startModel({ port = 0, wordPauseMs = 60 }: ModelOptions = {}): Promise<ScriptedModel> {
  const log = new TurnLog();
  const unknownRequests: string[] = [];

  const answerMessages = async (req: IncomingMessage, res: ServerResponse, requestId: string) => {
    const body = await readText(req);
    const request = parseRequest(body);
    if (typeof request === 'string') return sendApiError(res, 400, requestId, request);
    const conversation = readConversation(request);
    // Claude Code's side requests (titles, summaries) come without tools: they are answered, but are nobody's words.
    if (request.tools.length > 0) log.add(conversation, sessionIdOf(req));
    const settings = { wordPauseMs, model: request.model, effort: request.output_config?.effort ?? null };
    const parts = jsonAnswer(request) ?? replyTo(conversation, settings);
    const failure = parts.find((part) => part.kind === 'fail');
    if (failure) return sendApiError(res, failure.status, requestId);
    const mayThink = request.thinking !== undefined && request.thinking.type !== 'disabled';
    const reply = composeReply(parts, body.length, mayThink);
    const envelope = { model: request.model, requestId, signal: goneSignal(res) };
    if (request.stream) await streamReply(res, reply, envelope);
    else sendReply(res, reply, envelope);
  };

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const requestId = newId('req');
    const path = new URL(req.url ?? '/', 'http://model').pathname;
    const route = `${req.method} ${path}`;
    if (route === 'POST /v1/messages') return answerMessages(req, res, requestId);
    if (route === 'POST /v1/messages/count_tokens') {
      const body = await readText(req);
      res.writeHead(200, { 'content-type': 'application/json' });
      return res.end(JSON.stringify({ input_tokens: toTokens(body.length) }));
    }
    if (route === 'GET /' || route === 'HEAD /') return res.writeHead(200).end();
    unknownRequests.push(route);
    sendApiError(res, 404, requestId, `Not found: ${route}`);
  };

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      // The client went away, or the script has a fault: then the other conversations go on.
      if (res.headersSent || res.destroyed) res.destroy();
      else sendApiError(res, 500, newId('req'), String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The scripted model has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    turns: log.turns,
    unknownRequests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sessionIdOf(req: IncomingMessage): string | null {
  const id = req.headers['x-claude-code-session-id'];
  return typeof id === 'string' ? id : null;
}

function goneSignal(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}
