/** What the app uses of logs. */
export { logPolicy } from "./log-policy.ts";
export { registerLogRoutes } from "./log-routes.ts";
