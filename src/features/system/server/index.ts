/** What the app uses of system. */
export { type HealthCheck, type Lifecycle, registerHealthRoutes } from "./health-routes.ts";
export { registerMetricsRoute } from "./metrics-routes.ts";
