import { Trash2 } from "lucide-react";
import type { AttributeMapping } from "#features/attribute-mappings/attribute-mapping-contract.ts";
import { IconButton } from "#web/ui/icon-button.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { TARGET_LABELS } from "./mapping-targets.ts";

/** The rules of a project. */
export function MappingsTable({
  mappings,
  onRemove,
}: {
  mappings: readonly AttributeMapping[];
  onRemove: (mapping: AttributeMapping) => void;
}) {
  return (
    <section
      aria-label="Attribute mappings"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways when narrow, so the keyboard must reach it
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-border bg-surface"
    >
      <table className="w-full min-w-[36rem] text-left">
        <thead>
          <tr className="border-b border-border text-xs text-text-muted [&>th]:h-9 [&>th]:px-4 [&>th]:font-medium">
            <th scope="col">Attribute</th>
            <th scope="col">Stands for</th>
            <th scope="col">When both are there</th>
            <th scope="col">Added</th>
            <th scope="col" className="w-12">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {mappings.map((mapping) => (
            <tr
              key={mapping.id}
              className="border-b border-border last:border-b-0 hover:bg-surface-hover [&>td]:h-11 [&>td]:px-4"
            >
              <td className="max-w-72 truncate font-mono text-xs">{mapping.attribute}</td>
              <td className="font-medium">{TARGET_LABELS[mapping.target]}</td>
              <td className="text-text-muted">
                {mapping.mode === "fill" ? "Keep what was found" : "Use the attribute"}
              </td>
              <td className="whitespace-nowrap text-text-muted">
                <RelativeTime time={mapping.created_at} />
              </td>
              <td className="px-2! text-right">
                <IconButton
                  label={`Remove the mapping of ${mapping.attribute} to ${TARGET_LABELS[mapping.target]}`}
                  icon={<Trash2 aria-hidden size={15} />}
                  onClick={() => onRemove(mapping)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
