import type { MessagePart, ToolCall } from "../../telemetry-contract.ts";
import { firstString, isRecord, type JsonRecord, textFrom } from "./json-values.ts";

/** The result of a tool call, which the canonical form holds as a message of its own. */
export interface ToolResult {
  id?: string;
  name?: string;
  value: unknown;
}

/** What the parts of one message amount to. */
export interface MessageContent {
  parts: MessagePart[];
  toolCalls: ToolCall[];
  results: ToolResult[];
}

export function emptyContent(): MessageContent {
  return { parts: [], toolCalls: [], results: [] };
}

/**
 * Reads one part of a message in the spelling of any dialect or provider: OpenTelemetry, OpenAI chat and
 * responses, Anthropic, Gemini, Bedrock, Vercel AI SDK. An unknown kind is kept whole as a `generic` part.
 */
export function readPart(part: unknown, into: MessageContent): void {
  if (typeof part === "string") {
    into.parts.push({ type: "text", text: part });
    return;
  }
  if (!isRecord(part)) {
    if (part !== null && part !== undefined) into.parts.push({ type: "generic", data: part });
    return;
  }
  const type = typeof part.type === "string" ? part.type : "";
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader !== undefined) reader(part, into);
  else if (!readUntyped(part, into)) into.parts.push({ type: "generic", data: part });
}

/** True when every element of a list is a part of a kind known here: how a list of parts is told from data. */
export function isPartList(value: unknown): value is JsonRecord[] {
  return Array.isArray(value) && value.length > 0 && value.every(isKnownPart);
}

function isKnownPart(part: unknown): boolean {
  if (!isRecord(part)) return false;
  if (typeof part.type === "string") return Object.hasOwn(READERS, part.type);
  return readUntyped(part, emptyContent());
}

type PartReader = (part: JsonRecord, into: MessageContent) => void;

const readText: PartReader = (part, into) => {
  into.parts.push({ type: "text", text: textFrom(part.text ?? part.content ?? part.refusal) });
};

const readReasoning: PartReader = (part, into) => {
  const summary = Array.isArray(part.summary)
    ? part.summary.map((item) => (isRecord(item) ? textFrom(item.text) : textFrom(item))).join("\n")
    : undefined;
  const text = textFrom(part.content ?? part.text ?? part.thinking ?? part.reasoning ?? summary);
  into.parts.push({ type: "reasoning", text });
};

const readToolCall: PartReader = (part, into) => {
  into.toolCalls.push(toolCallFrom(part));
};

const readToolResult: PartReader = (part, into) => {
  const value = part.response ?? part.result ?? part.output ?? part.content ?? part.server_tool_call_response;
  into.results.push({
    id: firstString(part.toolCallId, part.tool_use_id, part.call_id, part.tool_call_id, part.id),
    name: firstString(part.name, part.toolName),
    value: unwrapResult(value),
  });
};

const readImage: PartReader = (part, into) => {
  const url = urlOf(part.image_url) ?? urlOf(part.image) ?? urlOf(part.source) ?? urlOf(part) ?? "";
  into.parts.push(url === "" ? { type: "generic", data: part } : { type: "image", url });
};

const readMedia: PartReader = (part, into) => {
  const mime = mimeOf(part) ?? "";
  const modality = firstString(part.modality) ?? mime.split("/")[0] ?? "";
  const file = isRecord(part.file) ? part.file : undefined;
  const url = urlOf(part.input_audio) ?? urlOf(part.audio) ?? urlOf(file) ?? urlOf(part);
  if (modality === "image" && url !== undefined) {
    into.parts.push({ type: "image", url });
  } else if (modality === "audio" || part.type === "input_audio" || part.type === "audio") {
    into.parts.push(url === undefined ? { type: "audio" } : { type: "audio", url });
  } else {
    const name = firstString(part.filename, part.name, file?.filename, part.file_id, file?.file_id);
    into.parts.push({ type: "file", ...(name && { name }), ...(url && { url }) });
  }
};

/** Readers by the value of `type`. */
const READERS: Record<string, PartReader> = {
  text: readText,
  input_text: readText,
  output_text: readText,
  refusal: readText,
  reasoning: readReasoning,
  thinking: readReasoning,
  redacted_thinking: (part, into) => into.parts.push({ type: "generic", data: part }),
  tool_call: readToolCall,
  "tool-call": readToolCall,
  tool_use: readToolCall,
  server_tool_use: readToolCall,
  server_tool_call: readToolCall,
  function_call: readToolCall,
  function: readToolCall,
  tool_call_response: readToolResult,
  server_tool_call_response: readToolResult,
  "tool-result": readToolResult,
  tool_result: readToolResult,
  web_search_tool_result: readToolResult,
  function_call_output: readToolResult,
  image: readImage,
  image_url: readImage,
  input_image: readImage,
  blob: readMedia,
  uri: readMedia,
  file: readMedia,
  input_file: readMedia,
  document: readMedia,
  audio: readMedia,
  input_audio: readMedia,
  media: readMedia,
};

/** Parts of Gemini and Bedrock name their kind by the key that holds them. */
function readUntyped(part: JsonRecord, into: MessageContent): boolean {
  if (typeof part.text === "string") {
    into.parts.push({ type: part.thought === true ? "reasoning" : "text", text: part.text });
    return true;
  }
  const call = part.functionCall ?? part.function_call ?? part.toolUse;
  if (isRecord(call)) {
    into.toolCalls.push(toolCallFrom(call));
    return true;
  }
  const result = part.functionResponse ?? part.function_response ?? part.toolResult;
  if (isRecord(result)) {
    into.results.push({
      id: firstString(result.toolUseId, result.id),
      name: firstString(result.name),
      value: result.response ?? result.content,
    });
    return true;
  }
  const media = part.inlineData ?? part.inline_data ?? part.fileData ?? part.file_data;
  if (isRecord(media)) {
    readMedia(media, into);
    return true;
  }
  if (isRecord(part.reasoningContent)) {
    const reasoning = part.reasoningContent.reasoningText ?? part.reasoningContent;
    readReasoning(isRecord(reasoning) ? reasoning : { text: reasoning }, into);
    return true;
  }
  return false;
}

/** A tool call in the spelling of any provider; absent ids and names become "". */
export function toolCallFrom(call: JsonRecord): ToolCall {
  const inner = isRecord(call.function) ? call.function : call;
  return {
    id: firstString(call.toolCallId, call.call_id, call.tool_call_id, call.toolUseId, call.id) ?? "",
    name: firstString(inner.name, call.toolName, call.name) ?? "",
    arguments: textFrom(inner.arguments ?? inner.args ?? inner.input ?? call.server_tool_call),
  };
}

/** The AI SDK wraps results as `{type: "text" | "json" | "error-text" | …, value}`. */
function unwrapResult(value: unknown): unknown {
  if (isRecord(value) && typeof value.type === "string" && Object.hasOwn(value, "value")) return value.value;
  return value;
}

function mimeOf(part: JsonRecord): string | undefined {
  return firstString(part.mime_type, part.mediaType, part.media_type, part.mimeType);
}

/** An address for media: given as such, or made from base64 data. */
function urlOf(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return asUrl(value, undefined);
  if (!isRecord(value)) return undefined;
  const url = firstString(value.url, value.uri, value.fileUri, value.file_uri, value.image_url);
  if (url !== undefined) return url;
  const data = firstString(value.data, value.content, value.file_data, value.image, value.base64);
  return data === undefined ? undefined : asUrl(data, mimeOf(value));
}

function asUrl(data: string, mime: string | undefined): string {
  const isAddress = data.startsWith("data:") || data.startsWith("http:") || data.startsWith("https:");
  return isAddress ? data : `data:${mime ?? "application/octet-stream"};base64,${data}`;
}
