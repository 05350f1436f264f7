/** What the app uses of traces. */
export { tracePolicy } from "./trace-policy.ts";
export { registerTraceRoutes } from "./trace-routes.ts";
