import type { Message } from "../../../telemetry-contract.ts";

/** A message of a `*.messages.json` file: chat messages in a looser form, with leftovers under `json`. */
export interface ExpectedMessage {
  role?: string;
  content?: string | ExpectedPart[];
  tool_calls?: { id: string; name: string; arguments: string }[];
  tool_call_id?: string;
  json?: Record<string, unknown>;
}
interface ExpectedPart {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: unknown;
}

/** `*.messages.json`: what is expected of each side of a span, by span id. */
export type ExpectedFile = Record<
  string,
  Partial<Record<"input" | "output", { success: boolean; data?: ExpectedMessage[] }>>
>;

/** What both forms can say: the rest (tools repeated on each message, wire leftovers) is not compared. */
interface Comparable {
  role: string | undefined;
  text: string;
  calls: [id: string, name: string, toolArguments: string][];
  answers: string | undefined;
  finish: string | undefined;
  data: unknown[];
}

export type Verdict = "equal" | "equal but for the system prompt" | "expected is empty" | "different";

/**
 * Compares read messages with expected ones. The expected data leaves out instructions that travel beside the
 * messages, which ours put first as a system message: a match apart from that is a verdict of its own.
 */
export function compareMessages(read: readonly Message[], expected: readonly ExpectedMessage[]): Verdict {
  const theirs = expected.map(comparableOfExpected);
  if (theirs.every((message) => message === undefined)) return "expected is empty";
  const ours = read.flatMap(comparablesOfRead);
  if (sameMessages(ours, theirs)) return "equal";
  const withoutSystem = ours.filter((message) => message.role !== "system");
  return sameMessages(withoutSystem, theirs) ? "equal but for the system prompt" : "different";
}

function sameMessages(ours: readonly Comparable[], theirs: readonly (Comparable | undefined)[]): boolean {
  if (ours.length !== theirs.length) return false;
  return ours.every((message, index) => {
    const other = theirs[index];
    if (other === undefined) return false;
    const role = other.role === undefined ? undefined : message.role;
    const answers = other.answers === undefined ? undefined : message.answers;
    const finish = other.finish === undefined ? undefined : message.finish;
    return JSON.stringify({ ...message, role, answers, finish }) === JSON.stringify(other);
  });
}

function comparableOfExpected(message: ExpectedMessage): Comparable | undefined {
  const parts = Array.isArray(message.content) ? message.content : [];
  const calls = (message.tool_calls ?? []).map((call): Comparable["calls"][number] => [
    call.id,
    call.name,
    call.arguments,
  ]);
  for (const part of parts) {
    if (part.type === "tool_use") {
      calls.push([part.id ?? "", part.name ?? "", JSON.stringify(part.input)]);
    }
  }
  const texts = parts.filter((part) => part.type === "text").map((part) => part.text ?? "");
  const leftover = typeof message.json?.text === "string" ? message.json.text : "";
  const text = typeof message.content === "string" ? message.content : texts.join("\n") || leftover;
  const isData = message.role === undefined && message.content === undefined && message.json !== undefined;
  if (text === "" && calls.length === 0 && !isData && message.role === undefined) return undefined;
  return {
    role: message.role,
    text,
    calls,
    answers: message.tool_call_id,
    finish:
      isData || message.json?.finish_reason === undefined ? undefined : String(message.json.finish_reason),
    data: isData ? [message.json] : [],
  };
}

/** A `data` part that holds a list stands for one expected message per element. */
function comparablesOfRead(message: Message): Comparable[] {
  const base: Comparable = {
    role: message.role,
    text: "",
    calls: (message.tool_calls ?? []).map((call) => [call.id, call.name, call.arguments]),
    answers: message.tool_call_id,
    finish: message.finish_reason,
    data: [],
  };
  if (typeof message.content === "string") return [{ ...base, text: message.content }];
  const data = message.content.flatMap((part) => (part.type === "data" ? [part.data] : [])).flat();
  if (data.length > 0) return data.map((item) => ({ ...base, data: [item] }));
  return [{ ...base, text: message.content.map((part) => ("text" in part ? part.text : "")).join("\n") }];
}
