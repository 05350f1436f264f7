export { SessionPage } from "./session-page.tsx";
export { SessionsPage } from "./sessions-page.tsx";
