import {
  agentSpan,
  chatSpan,
  embeddingsSpan,
  type PlannedChat,
  retrievalSpan,
  say,
} from "../spans/gen-ai-spans.ts";
import type { PlannedAgent } from "./planned-agent.ts";

const SYSTEM =
  "Answer questions about the coffee machines from the handbook passages given. Quote the passage you used. Say so when the handbook is silent.";

interface Page {
  id: string;
  question: string;
  passage: string;
  answer: string;
}

const HANDBOOK: readonly [Page, ...Page[]] = [
  {
    id: "descaling",
    question: "How often do I have to descale the espresso machine?",
    passage:
      "Descale every two months, or every 300 cups with hard water. The DESCALE light is only a reminder.",
    answer: "Every two months, or after 300 cups if your water is hard (handbook, *descaling*).",
  },
  {
    id: "grind-size",
    question: "My espresso tastes sour, is the grind too coarse?",
    passage: "Sour and fast (under 20 s) means too coarse: go two notches finer and keep the dose at 18 g.",
    answer:
      "Most likely yes: if the shot runs in under 20 seconds, go **two notches finer** (handbook, *grind-size*).",
  },
  {
    id: "warranty",
    question: "Does the warranty cover a broken grinder burr?",
    passage: "Burrs are wear parts and covered for 12 months; the motor and the housing for 36 months.",
    answer: "Burrs are covered for 12 months only, the rest of the grinder for 36 (handbook, *warranty*).",
  },
  {
    id: "milk",
    question: "Can the frother handle oat milk?",
    passage: "Use barista oat milk at 4 °C. Stop at 60 °C: above that oat milk splits.",
    answer: "Yes: take a barista oat milk, start cold and stop at 60 °C (handbook, *milk*).",
  },
];

/** Answers questions from a handbook: embeds the question, retrieves passages, asks the model. */
export const docsAgent: PlannedAgent = {
  service: "docs-agent",
  scope: "coffee-docs",
  weight: 5,
  plan(run, chance) {
    const page = chance.pick(HANDBOOK);
    const others = HANDBOOK.filter((other) => other !== page).slice(0, chance.between(1, 2));
    const documents = [page, ...others].map((found, rank) => ({
      id: found.id,
      score: Math.round((0.92 - rank * 0.13 - chance.next() * 0.05) * 1000) / 1000,
      content: found.passage,
    }));
    const context = documents.map((document) => `[${document.id}] ${document.content}`).join("\n");
    const chat: PlannedChat = {
      provider: "openai",
      model: "gpt-4o-mini",
      system: SYSTEM,
      input: [say("user", `${page.question}\n\nPassages:\n${context}`)],
      text: page.answer,
      ms: chance.duration(chance.happens(0.06) ? 9_000 : 900),
      cachedTokens: chance.happens(0.4) ? 1_024 : 0,
    };
    const limited = chance.happens(0.1);
    const failed = !limited && chance.happens(0.04);
    const error = limited
      ? { type: "429", message: "Rate limit reached for gpt-4o-mini, try again in 0.8 s." }
      : { type: "timeout", message: "The model did not answer within 30 s." };
    const root = agentSpan(run, "docs-agent", [
      embeddingsSpan(run, "text-embedding-3-small", page.question, chance.duration(70)),
      retrievalSpan(run, "coffee-handbook", page.question, documents, chance.duration(25)),
      ...(limited ? [chatSpan(run, { ...chat, ms: chance.duration(120), error })] : []),
      chatSpan(run, failed ? { ...chat, error } : chat),
    ]);
    root.attributes["gen_ai.input.messages"] = JSON.stringify([say("user", page.question)]);
    if (failed) return { ...root, error };
    root.attributes["gen_ai.output.messages"] = JSON.stringify([say("assistant", page.answer)]);
    return root;
  },
};
