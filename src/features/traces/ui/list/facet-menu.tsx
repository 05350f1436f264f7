export { FacetMenu, type FacetOption, facetOptions } from "#web/ui/facet-menu.tsx";
