/** What others use of analytics. */
export { analyticsPolicy } from "./analytics-policy.ts";
export { registerAnalyticsRoutes } from "./analytics-routes.ts";
export type { Ask } from "./ask.ts";
export { type MeasuresByValue, readGroups } from "./breakdown-query.ts";
export { periodBefore } from "./measured-rows.ts";
export { readSeries } from "./series-query.ts";
