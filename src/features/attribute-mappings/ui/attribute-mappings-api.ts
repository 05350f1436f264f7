import { infiniteQueryOptions } from "@tanstack/react-query";
import type {
  AttributeMapping,
  MappingPreview,
} from "#features/attribute-mappings/attribute-mapping-contract.ts";
import type { MappingRule } from "#features/telemetry/telemetry-mapping-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiDelete, apiGet, apiPost } from "#web/lib/api-client.ts";

const PAGE_SIZE = 100;

/** A project's rules, oldest first. */
export const attributeMappingsQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ["attribute-mappings", project],
    queryFn: ({ pageParam, signal }) =>
      apiGet<Page<AttributeMapping>>(
        "/attribute-mappings",
        { project, cursor: pageParam, limit: PAGE_SIZE },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export function createMapping(project: string, rule: MappingRule): Promise<AttributeMapping> {
  return apiPost<AttributeMapping>("/attribute-mappings", rule, { project });
}

export function removeMapping(project: string, id: string): Promise<void> {
  return apiDelete(`/attribute-mappings/${encodeURIComponent(id)}`, { project });
}

/** How a pasted span reads with these rules. Stores nothing. */
export function previewMappings(
  project: string,
  span: string,
  rules: readonly MappingRule[],
): Promise<MappingPreview> {
  return apiPost<MappingPreview>("/attribute-mappings/preview", { span, rules }, { project });
}
