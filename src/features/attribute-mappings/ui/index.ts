export { AttributeMappingsPage } from "./attribute-mappings-page.tsx";
