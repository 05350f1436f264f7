/** What the app uses of live updates. */
export { LiveHub } from "./live-hub.ts";
export { registerLiveRoutes } from "./live-routes.ts";
