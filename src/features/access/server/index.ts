/** What other features use of access: projects and who belongs to them. */
export { ProjectStore } from "./project-store.ts";
