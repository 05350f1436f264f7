/** What the app uses of exports. */
export { exportPolicy } from "./export-policy.ts";
export { registerExportRoutes } from "./export-routes.ts";
