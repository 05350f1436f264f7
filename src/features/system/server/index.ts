/** What the app and the command line use of system. */
export { exitCodeOf, type Finding, runChecks } from "./doctor/check.ts";
export { machineChecks } from "./doctor/machine-checks.ts";
export { askRunningFlightdeck, portChecks } from "./doctor/port-checks.ts";
export { storeChecks } from "./doctor/store-checks.ts";
export { type HealthCheck, type Lifecycle, registerHealthRoutes } from "./health-routes.ts";
export { registerMetricsRoute } from "./metrics-routes.ts";
