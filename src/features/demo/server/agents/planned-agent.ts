import type { Chance } from "../spans/chance.ts";
import type { RunContext } from "../spans/gen-ai-spans.ts";
import type { PlannedSpan } from "../spans/planned-span.ts";

/** An agent whose runs are planned rather than run: used for the past, and live by those without an SDK. */
export interface PlannedAgent {
  /** `service.name` of its process. */
  service: string;
  /** Instrumentation scope its spans come from. */
  scope: string;
  /** How often it runs compared with the others. */
  weight: number;
  plan(run: RunContext, chance: Chance): PlannedSpan;
}
