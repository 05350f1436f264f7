import { setTimeout as sleep } from "node:timers/promises";
import type { Telemetry } from "ai";
import {
  converse,
  createSupportAgent,
  openAiModel,
} from "../../../../examples/vercel-ai-sdk/support-agent.ts";
import { docsAgent } from "./agents/docs-agent.ts";
import { createResearchAgent } from "./agents/live-research-agent.ts";
import type { PlannedAgent } from "./agents/planned-agent.ts";
import { conversation, supportQuestions, TOPICS } from "./agents/questions.ts";
import { reportAgent } from "./agents/report-agent.ts";
import type { DemoTelemetry } from "./demo-telemetry.ts";
import { type Chance, createChance } from "./spans/chance.ts";
import { emitLive } from "./spans/planned-span.ts";

/** Runs of one agent that may be under way at a time. */
const MAX_IN_FLIGHT = 4;
const SESSION_MS = 600_000;

/** An agent that is kept busy. */
interface LiveAgent {
  /** Mean time between two runs, in milliseconds, at intensity 1. */
  everyMs: number;
  /** One run; may reject, as agents do. */
  run(chance: Chance, signal: AbortSignal): Promise<void>;
}

/** One of the four conversations a service has in the current ten minutes, so that people come back. */
function ongoing(service: string, chance: Chance) {
  return conversation(service, Math.floor(Date.now() / SESSION_MS) * 4 + chance.between(0, 3));
}

function planned(agent: PlannedAgent, telemetry: DemoTelemetry, everyMs: number): LiveAgent {
  const tracer = telemetry.tracer(agent.service, agent.scope);
  return {
    everyMs,
    run: (chance, signal) => emitLive(agent.plan(ongoing(agent.service, chance), chance), tracer, signal),
  };
}

function agents(modelUrl: string, telemetry: DemoTelemetry): LiveAgent[] {
  const support: Telemetry = telemetry.aiSdk("support-agent");
  const research: Telemetry = telemetry.aiSdk("research-agent");
  return [
    {
      everyMs: 7_000,
      run: (chance) => {
        const agent = createSupportAgent(openAiModel(modelUrl), ongoing("support-agent", chance), support);
        return converse(agent, supportQuestions(chance), () => {});
      },
    },
    {
      everyMs: 12_000,
      run: async (chance, signal) => {
        const model = openAiModel(modelUrl, undefined, "gpt-5");
        const agent = createResearchAgent(model, ongoing("research-agent", chance), research);
        const prompt = `Research ${chance.pick(TOPICS)} and write a short brief.`;
        await agent.generate({ prompt, abortSignal: signal });
      },
    },
    planned(docsAgent, telemetry, 3_800),
    planned(reportAgent, telemetry, 40_000),
  ];
}

/** Keeps one agent busy until `signal` fires: the gaps between its runs are exponential, as arrivals are. */
async function keepBusy(agent: LiveAgent, intensity: number, seed: number, signal: AbortSignal) {
  const chance = createChance(seed);
  let inFlight = 0;
  while (!signal.aborted) {
    if (inFlight < MAX_IN_FLIGHT) {
      inFlight += 1;
      // A run that fails is part of the show: its trace tells why.
      agent
        .run(chance, signal)
        .catch(() => {})
        .finally(() => {
          inFlight -= 1;
        });
    }
    const gapMs = (-Math.log(1 - chance.next()) * agent.everyMs) / intensity;
    await sleep(Math.max(200, gapMs), undefined, { signal }).catch(() => {});
  }
}

/** Runs all live agents until `signal` fires; at intensity 1 they make about one trace every two seconds. */
export async function runLiveAgents(
  modelUrl: string,
  telemetry: DemoTelemetry,
  intensity: number,
  signal: AbortSignal,
): Promise<void> {
  const seed = Date.now() & 0x7fffffff;
  await Promise.all(
    agents(modelUrl, telemetry).map((agent, at) => keepBusy(agent, intensity, seed + at, signal)),
  );
}
