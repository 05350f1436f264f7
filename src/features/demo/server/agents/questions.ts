import type { Chance } from "../spans/chance.ts";
import type { RunContext } from "../spans/gen-ai-spans.ts";

/** The people who use the demo's agents. */
const USERS = ["mira", "jonas", "aiko", "dele", "sofia", "tomás", "priya", "liam"] as const;

/** Somebody's conversation; the same number gives the same one, so a few numbers make shared sessions. */
export function conversation(agent: string, number: number): RunContext {
  return {
    userId: USERS[number % USERS.length] ?? USERS[0],
    sessionId: `${agent}-${number.toString(36).padStart(4, "0")}`,
  };
}

const SUPPORT_QUESTIONS = [
  "Where is my order 1042?",
  "Please refund order 1043, the grinder is too loud.",
  "Can you refund order 1044? The frother broke.",
  "What is the weather in Oslo and Lima? I want to plan the delivery.",
  "Where is my order 2077?",
  "Where are order 1042 and order 1043?",
  "Do you sell decaf beans?",
] as const;

/** One to three questions a customer asks in a row. */
export function supportQuestions(chance: Chance): string[] {
  return Array.from({ length: chance.between(1, 3) }, () => chance.pick(SUPPORT_QUESTIONS));
}

/** Topics the research agent is sent after. */
export const TOPICS = [
  "the price of arabica beans",
  "oat milk supply in Europe",
  "energy use of espresso machines",
  "demand for cold brew",
] as const;
