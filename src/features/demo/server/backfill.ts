import { setImmediate as breathe } from "node:timers/promises";
import { docsAgent } from "./agents/docs-agent.ts";
import type { PlannedAgent } from "./agents/planned-agent.ts";
import { conversation } from "./agents/questions.ts";
import { reportAgent } from "./agents/report-agent.ts";
import { researchAgent } from "./agents/research-agent.ts";
import { supportAgent } from "./agents/support-agent.ts";
import type { DemoTelemetry } from "./demo-telemetry.ts";
import { type Chance, createChance } from "./spans/chance.ts";
import { emitInThePast } from "./spans/planned-span.ts";

const DAY_MS = 86_400_000;
const TRACES_PER_DAY = 150;
const SLOT_MS = DAY_MS / TRACES_PER_DAY;
/** Keeps ids apart from the chances of the scenario, which use the slot itself as seed. */
const ID_SEED = 0x5bd1e995;

const AGENTS: readonly PlannedAgent[] = [supportAgent, docsAgent, researchAgent, reportAgent];

function pickByWeight(chance: Chance): PlannedAgent {
  let left = chance.next() * AGENTS.reduce((total, agent) => total + agent.weight, 0);
  for (const agent of AGENTS) {
    left -= agent.weight;
    if (left < 0) return agent;
  }
  return supportAgent;
}

/** The slots of the last 24 hours, oldest first; one trace starts in each. The running slot is left out. */
export function slotsBefore(nowMs: number): number[] {
  const last = Math.floor(nowMs / SLOT_MS) - 1;
  return Array.from({ length: TRACES_PER_DAY - 1 }, (_, at) => last - TRACES_PER_DAY + 2 + at);
}

/**
 * Emits about 150 traces over the past 24 hours. A slot of time always holds the same trace with the same
 * ids, so a demo that is restarted adds only what is missing.
 */
export async function backfill(telemetry: DemoTelemetry, nowMs: number, signal: AbortSignal): Promise<void> {
  for (const [at, slot] of slotsBefore(nowMs).entries()) {
    if (signal.aborted) return;
    const chance = createChance(slot);
    const agent = pickByWeight(chance);
    const startMs = (slot + chance.next() * 0.8) * SLOT_MS;
    const plan = agent.plan(conversation(agent.service, Math.floor(slot / 4)), chance);
    const tracer = telemetry.tracer(agent.service, agent.scope);
    telemetry.withIdsFrom(slot ^ ID_SEED, () => void emitInThePast(plan, tracer, startMs));
    if (at % 10 === 9) await breathe();
  }
  await telemetry.flush();
}
