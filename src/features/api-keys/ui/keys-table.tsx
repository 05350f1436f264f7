import { Trash2 } from "lucide-react";
import type { ApiKey } from "#features/api-keys/api-key-contract.ts";
import { Badge } from "#web/ui/badge.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { PauseKeyButton } from "./pause-key-button.tsx";

/** The keys of a project. */
export function KeysTable({
  project,
  keys,
  onRevoke,
}: {
  project: string;
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}) {
  return (
    <section
      aria-label="API keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways when narrow, so the keyboard must reach it
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-border bg-surface"
    >
      <table className="w-full min-w-[36rem] text-left">
        <thead>
          <tr className="border-b border-border text-xs text-text-muted [&>th]:h-9 [&>th]:px-4 [&>th]:font-medium">
            <th scope="col">Name</th>
            <th scope="col">Key</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col" className="w-20">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr
              key={key.id}
              className="border-b border-border last:border-b-0 hover:bg-surface-hover [&>td]:h-11 [&>td]:px-4"
            >
              <td className="max-w-64 truncate font-medium">
                {key.name}
                {key.paused_at && (
                  <Badge tone="warning" title={key.paused_reason} className="ml-2">
                    Paused
                  </Badge>
                )}
              </td>
              <td className="font-mono text-xs text-text-muted">{key.prefix}…</td>
              <td className="whitespace-nowrap text-text-muted">
                <RelativeTime time={key.created_at} />
              </td>
              <td className="whitespace-nowrap text-text-muted">
                {key.last_used_at ? <RelativeTime time={key.last_used_at} /> : "Never"}
              </td>
              <td className="px-2! text-right whitespace-nowrap">
                <PauseKeyButton project={project} apiKey={key} />
                <IconButton
                  label={`Revoke ${key.name}`}
                  icon={<Trash2 aria-hidden size={15} />}
                  onClick={() => onRevoke(key)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
