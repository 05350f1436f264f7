export { LogsPage } from "./logs-page.tsx";
