export { ExecutionPage } from "./execution-page.tsx";
export { ExecutionsPage } from "./executions-page.tsx";
