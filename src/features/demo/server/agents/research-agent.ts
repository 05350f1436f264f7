import { agentSpan, chatSpan, type PlannedChat, say, toolSpan } from "../spans/gen-ai-spans.ts";
import type { PlannedAgent } from "./planned-agent.ts";
import { TOPICS } from "./questions.ts";

/** The past of the research agent; its present is `live-research-agent.ts`, on the AI SDK. */
export const researchAgent: PlannedAgent = {
  service: "research-agent",
  scope: "gen_ai",
  weight: 2,
  plan(run, chance) {
    const topic = chance.pick(TOPICS);
    const asked = [say("user", `Research ${topic} and write a short brief.`)];
    const chat = (system: string, rest: Partial<PlannedChat>) =>
      chatSpan(run, {
        provider: "anthropic",
        model: "claude-sonnet-4-5",
        system,
        input: asked,
        ms: chance.duration(3_000),
        cachedTokens: chance.between(0, 4) * 512,
        ...rest,
      });
    const search = (at: number, query: string) => ({
      id: `call_s${at}`,
      name: "searchWeb",
      arguments: { query },
    });
    const searches = [search(1, `${topic} this year`), search(2, `${topic} forecast`)];
    const analyse = { id: "call_a", name: "delegateToAnalyst", arguments: { task: `Trend of ${topic}` } };
    const handOff = { id: "call_w", name: "transferToWriter", arguments: { notes: `Notes on ${topic}` } };
    const trend = `Up ${chance.between(2, 19)} % over twelve months.`;
    const brief = `**${topic}**: ${trend} The main risk is the harvest in Brazil.`;
    return agentSpan(run, "research-agent", [
      chat("Plan, search, delegate, hand over.", { toolCalls: searches }),
      ...searches.map((call) =>
        toolSpan(run, call, [{ title: topic, url: "https://example.com" }], chance.duration(700)),
      ),
      chat("Plan, search, delegate, hand over.", { toolCalls: [analyse] }),
      toolSpan(run, analyse, trend, 3, {
        children: [
          agentSpan(run, "analyst-agent", [
            chat("You are a careful analyst.", {
              text: trend,
              ms: chance.duration(chance.happens(0.3) ? 12_000 : 2_500),
            }),
          ]),
        ],
      }),
      chat("Plan, search, delegate, hand over.", { toolCalls: [handOff] }),
      toolSpan(run, handOff, brief, 3, {
        children: [agentSpan(run, "writer-agent", [chat("You write briefs.", { text: brief })])],
      }),
    ]);
  },
};
