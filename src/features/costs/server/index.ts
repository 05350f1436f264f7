/** What other features use of costs. */
export { costPolicy } from "./cost-policy.ts";
export { type Costs, openCosts } from "./open-costs.ts";
export type { SpanPrice, SpanPricer } from "./span-pricer.ts";
