import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brain } from "./brain.ts";
import {
  type ChatRequest,
  chatCompletion,
  chatCompletionChunks,
  turnOfChatRequest,
} from "./chat-completions.ts";
import { type EmbeddingsRequest, embeddingsResponse } from "./embeddings.ts";
import { randomAt } from "./random.ts";
import {
  outputItems,
  type ResponsesItem,
  type ResponsesRequest,
  responseBody,
  responseEvents,
  turnOfResponsesRequest,
} from "./responses-api.ts";
import type { ChatTurn, ScriptedReply, StubLatency, StubScript } from "./script.ts";

export { brain } from "./brain.ts";
export type { ChatTurn, ScriptedReply, StubLatency, StubScript } from "./script.ts";
export { textOf } from "./script.ts";

/** How to start the stub. */
export interface OpenAiStubOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** What to answer; the default is a plausible brain (see `brain`). */
  script?: StubScript;
  /** Seeds `turn.random`. */
  seed?: number;
  latency?: StubLatency;
  /** How many requests to keep for inspection; 500 unless told, 0 keeps none. */
  keepRequests?: number;
}

/** A request the stub received. */
export interface StubRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON, `undefined` for an empty body, the text when it did not parse. */
  body: unknown;
}

/** A running stub. */
export interface OpenAiStub {
  /** Base URL with `/v1`, as `OPENAI_BASE_URL` wants it. */
  readonly url: string;
  /** The latest requests, oldest first; see `keepRequests`. */
  readonly requests: readonly StubRequest[];
  /** Stops listening and drops open connections. */
  stop(): Promise<void>;
}

const ITEMS_KEPT = 500;
const MODELS = ["gpt-5", "gpt-5-mini", "text-embedding-3-small"];

interface State {
  script: StubScript;
  seed: number;
  latency: StubLatency;
  keepRequests: number;
  turns: number;
  /** Output items of the Responses API by id: clients refer to them instead of sending them again. */
  items: Map<string, ResponsesItem>;
}

/**
 * Starts a real HTTP server that speaks OpenAI's API: chat completions and responses (plain and streaming,
 * with tool calls and usage), embeddings and the list of models. Every answer is deterministic: it follows
 * `script`, and the default script answers like a model would.
 *
 * @example
 * const stub = await startOpenAiStub({ script: [
 *   { error: { status: 429, message: "Slow down.", retryAfterSeconds: 1 } },
 *   { toolCalls: [{ name: "getWeather", arguments: { city: "Oslo" } }] },
 *   { text: "It rains in Oslo." },
 * ] });
 * // … point a client at stub.url …
 * await stub.stop();
 */
export async function startOpenAiStub(options: OpenAiStubOptions = {}): Promise<OpenAiStub> {
  const requests: StubRequest[] = [];
  const state: State = {
    script: options.script ?? brain,
    seed: options.seed ?? 1,
    latency: options.latency ?? {},
    keepRequests: options.keepRequests ?? 500,
    turns: 0,
    items: new Map(),
  };
  const server = createServer((request, response) => {
    answer(request, response, state, requests).catch(() => response.destroy());
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
  requests: StubRequest[],
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://stub").pathname;
  const body = await readJson(request);
  requests.push({ method: request.method ?? "GET", path, headers: request.headers, body });
  if (requests.length > state.keepRequests) requests.shift();

  if (request.method === "GET" && path === "/v1/models") {
    const data = MODELS.map((id) => ({ id, object: "model", created: 0, owned_by: "stub" }));
    return sendJson(response, 200, { object: "list", data });
  }
  if (request.method !== "POST") return sendError(response, 404, `No route ${request.method} ${path}.`);
  if (body === null || typeof body !== "object") {
    return sendError(response, 400, "We could not parse the JSON body of your request.");
  }
  switch (path) {
    case "/v1/chat/completions":
      return completeChat(body as ChatRequest, response, state);
    case "/v1/responses":
      return completeResponses(body as ResponsesRequest, response, state);
    case "/v1/embeddings":
      await sleep(state.latency.firstChunkMs ?? 0);
      return sendJson(response, 200, embeddingsResponse(body as EmbeddingsRequest));
    default:
      return sendError(response, 404, `No route POST ${path}.`);
  }
}

async function completeChat(request: ChatRequest, response: ServerResponse, state: State): Promise<void> {
  const turn = turnOfChatRequest(request, state.turns, randomAt(state.seed, state.turns));
  const reply = await replyTo(turn, response, state);
  if (!reply) return;
  const created = Math.floor(Date.now() / 1000);
  if (!turn.stream) return sendBody(response, reply, chatCompletion(turn, reply, created));
  const usage = request.stream_options?.include_usage === true;
  const chunks = chatCompletionChunks(turn, reply, created, usage);
  await sendEvents(
    response,
    reply,
    state,
    chunks.map((data) => `data: ${JSON.stringify(data)}\n\n`),
  );
  response.end("data: [DONE]\n\n");
}

async function completeResponses(
  request: ResponsesRequest,
  response: ServerResponse,
  state: State,
): Promise<void> {
  const turn = turnOfResponsesRequest(request, state.turns, randomAt(state.seed, state.turns), state.items);
  const reply = await replyTo(turn, response, state);
  if (!reply) return;
  for (const item of outputItems(turn, reply)) remember(state.items, item);
  const created = Math.floor(Date.now() / 1000);
  if (!turn.stream) return sendBody(response, reply, responseBody(turn, reply, created));
  const events = responseEvents(turn, reply, created);
  const lines = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  await sendEvents(response, reply, state, lines);
  response.end();
}

function remember(items: Map<string, ResponsesItem>, item: ResponsesItem): void {
  items.set(item.id, item);
  const oldest = items.keys().next().value;
  if (items.size > ITEMS_KEPT && oldest !== undefined) items.delete(oldest);
}

/** Decides on the reply and waits for its latency; answers errors itself and then returns nothing. */
async function replyTo(
  turn: ChatTurn,
  response: ServerResponse,
  state: State,
): Promise<ScriptedReply | undefined> {
  state.turns += 1;
  const { script } = state;
  const scripted =
    typeof script === "function" ? script(turn) : script[Math.min(turn.index, script.length - 1)];
  const reply = scripted ?? brain(turn);
  await sleep(reply.latency?.firstChunkMs ?? state.latency.firstChunkMs ?? 0);
  if (!reply.error) return reply;
  const { status, message, retryAfterSeconds } = reply.error;
  if (retryAfterSeconds !== undefined) {
    // OpenAI sends both; the first counts whole seconds only.
    response.setHeader("retry-after", String(Math.ceil(retryAfterSeconds)));
    response.setHeader("retry-after-ms", String(Math.round(retryAfterSeconds * 1000)));
  }
  sendError(response, status, message, reply.error.type, reply.error.code);
  return undefined;
}

/** Writes the lines of a stream one by one, and stops as soon as the client is gone. */
async function sendEvents(
  response: ServerResponse,
  reply: ScriptedReply,
  state: State,
  lines: Iterable<string>,
): Promise<void> {
  const chunkMs = reply.latency?.chunkMs ?? state.latency.chunkMs ?? 0;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let sent = 0;
  for (const line of lines) {
    if (response.destroyed) return;
    if (reply.fault === "cut-off" && sent === 3) {
      response.destroy();
      return;
    }
    response.write(reply.fault === "malformed-json" && sent === 3 ? 'data: {"choices": [\n\n' : line);
    sent += 1;
    if (chunkMs > 0) await sleep(chunkMs);
  }
}

function sendBody(response: ServerResponse, reply: ScriptedReply, body: object): void {
  const text = JSON.stringify(body);
  if (reply.fault === undefined) {
    sendJson(response, 200, body);
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.write(text.slice(0, text.length / 2));
  if (reply.fault === "cut-off") response.destroy();
  else response.end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  type = status === 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error",
  code: string | null = status === 429 ? "rate_limit_exceeded" : null,
): void {
  sendJson(response, status, { error: { message, type, param: null, code } });
}
