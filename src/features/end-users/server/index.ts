/** What the app uses of end users. */
export { endUserPolicy } from "./end-user-policy.ts";
export { registerEndUserRoutes } from "./end-user-routes.ts";
