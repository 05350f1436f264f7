/** What the composition uses of attribute mappings. */
export { attributeMappingPolicy } from "./attribute-mapping-policy.ts";
export { registerAttributeMappingRoutes } from "./attribute-mapping-routes.ts";
export { AttributeMappingStore } from "./attribute-mapping-store.ts";
export { ProjectMappings } from "./project-mappings.ts";
