import {
  brain,
  type ChatTurn,
  type ScriptedReply,
  textOf,
} from "#platform/testing/openai-stub/openai-stub.ts";

/** The research agent's steps, by how many replies it has given since the user asked. */
function researchReply(turn: ChatTurn): ScriptedReply {
  const topic =
    /Research (.+) and write/.exec(textOf(turn.messages.find((m) => m.role === "user")))?.[1] ?? "it";
  const step = turn.messages.filter((message) => message.role === "assistant").length;
  switch (step) {
    case 0:
      return {
        reasoning: `Two searches about ${topic} should do.`,
        toolCalls: [
          { name: "searchWeb", arguments: { query: `${topic} this year` } },
          { name: "searchWeb", arguments: { query: `${topic} forecast` } },
        ],
      };
    case 1:
      return { toolCalls: [{ name: "delegateToAnalyst", arguments: { task: `Trend of ${topic}` } }] };
    case 2:
      return { toolCalls: [{ name: "transferToWriter", arguments: { notes: `Notes on ${topic}` } }] };
    default:
      return { text: `Here is the brief about ${topic}, as the writer finished it.` };
  }
}

function think(turn: ChatTurn): ScriptedReply {
  const names = turn.tools.map((tool) => tool.name);
  if (names.includes("delegateToAnalyst")) return researchReply(turn);
  const question = textOf(turn.messages.findLast((message) => message.role === "user"));
  if (question.startsWith("Trend of")) {
    return {
      text: `${question}: up ${2 + Math.floor(turn.random * 17)} % over twelve months, flattening since spring.`,
    };
  }
  if (question.startsWith("Notes on")) {
    return {
      text: `**${question.slice(9)}**: rising, with the harvest in Brazil as the main risk. Buy a quarter ahead.`,
    };
  }
  return brain(turn);
}

/**
 * The model behind the demo's agents: the stub's brain with moods. Of 100 calls about 6 meet a rate limit
 * (the SDK retries), 3 fail for good, and 5 take 5 to 20 seconds; the rest answer in a second or so.
 * The first three calls always go well, so that the first trace is there at once.
 */
export function demoModel(turn: ChatTurn): ScriptedReply {
  const mood = turn.index < 3 ? 1 : turn.random;
  if (mood < 0.06) return { error: { status: 429, message: "Rate limit reached.", retryAfterSeconds: 0.8 } };
  if (mood < 0.09) {
    return {
      error: {
        status: 400,
        message: "This model's maximum context length is 128000 tokens.",
        code: "context_length_exceeded",
      },
    };
  }
  const slow = mood < 0.14;
  const firstChunkMs = slow ? 5_000 + (mood - 0.09) * 300_000 : turn.index < 3 ? 80 : 250 + mood * 900;
  return { ...think(turn), latency: { firstChunkMs, chunkMs: 12 } };
}
