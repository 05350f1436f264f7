/** What the app uses of executions. */
export { executionEraser } from "./execution-eraser.ts";
export type { ExecutionChanged } from "./execution-events.ts";
export { executionExpiryJob } from "./execution-expiry-job.ts";
export { executionPolicy } from "./execution-policy.ts";
export { Executions, registerExecutions } from "./executions.ts";
