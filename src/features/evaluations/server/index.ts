/** What the app uses of evaluations. */
export { scorePolicy } from "./score-policy.ts";
export { registerScoreRoutes } from "./score-routes.ts";
