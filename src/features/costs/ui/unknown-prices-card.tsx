import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import type { UnknownPrices } from "#features/costs/price-contract.ts";
import { formatCount, formatTokens } from "#web/lib/format.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { RelativeTime } from "#web/ui/relative-time.tsx";
import { OverrideDialog } from "./override-dialog.tsx";

/** Models that cost nothing in the figures because nobody told their price, with the way to tell it. */
export function UnknownPricesCard({
  project,
  query,
}: {
  project: string;
  query: UseQueryResult<UnknownPrices>;
}) {
  const [pricing, setPricing] = useState<{ provider: string; model: string } | null>(null);
  const rows = query.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Card
      title="Models without a price"
      description="Their tokens are counted, their cost is not. Set a price, then price the stored spans again."
      padded={false}
    >
      <ul>
        {rows.map((row) => (
          <li
            key={`${row.provider} ${row.model}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-border px-4 py-2.5 last:border-b-0"
          >
            <span className="min-w-40 flex-1 font-medium break-all">
              {row.model || "(no model named)"}
              {row.provider && <span className="ml-2 font-normal text-text-muted">{row.provider}</span>}
            </span>
            <span className="text-text-muted tabular-nums">
              {formatCount(row.spans, "span")}, {formatTokens(row.tokens)} tokens,{" "}
              <RelativeTime time={row.last_seen_at} />
            </span>
            {row.model !== "" && (
              <Button
                size="sm"
                aria-label={`Set a price for ${row.model}`}
                onClick={() => setPricing({ provider: row.provider, model: row.model })}
              >
                Set a price
              </Button>
            )}
          </li>
        ))}
      </ul>
      <OverrideDialog
        project={project}
        open={pricing !== null}
        preset={pricing}
        onClose={() => setPricing(null)}
      />
    </Card>
  );
}
