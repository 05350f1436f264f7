/** What the app uses of sessions. */

/** What end users are listed with: the same sums by another key. */
export {
  type ActivityRow,
  activityCursorOf,
  activityCursorSchema,
  listActivity,
} from "./activity-query.ts";
export { listKeyTraces } from "./key-traces-query.ts";
export { sessionPolicy } from "./session-policy.ts";
export { registerSessionRoutes } from "./session-routes.ts";
