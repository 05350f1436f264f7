import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { Price } from "#features/costs/price-contract.ts";
import { formatNumber } from "#web/lib/format.ts";
import { Badge } from "#web/ui/badge.tsx";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { ErrorState } from "#web/ui/error-state.tsx";
import { Input } from "#web/ui/input.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { pricesQuery } from "./costs-api.ts";

const TYPING_MS = 250;

/** Prices in force, searched by model or provider. */
export function PriceList({
  project,
  text,
  onText,
  onSetPrice,
}: {
  project: string;
  /** What is searched for, as the URL has it. */
  text: string;
  onText: (text: string) => void;
  onSetPrice: (price: Price) => void;
}) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const later = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(later);
  }, [typed, text, onText]);
  const prices = useInfiniteQuery(pricesQuery(project, text));
  const rows = prices.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Card
      title="Prices in force"
      description="US dollars per million tokens, as spans are priced now."
      padded={false}
      actions={
        <Input
          aria-label="Search prices"
          placeholder="Search models"
          leading={<Search aria-hidden size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      }
    >
      {prices.isPending ? (
        <div className="p-4">
          <SkeletonLines lines={8} />
        </div>
      ) : prices.isError ? (
        <ErrorState error={prices.error} onRetry={() => prices.refetch()} />
      ) : rows.length === 0 ? (
        <p className="p-4 text-text-muted">No price is known for “{text}”. Set one of your own above.</p>
      ) : (
        <>
          <section
            aria-label="Prices in force"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways when narrow, so the keyboard must reach it
            tabIndex={0}
            className="relative overflow-x-auto"
          >
            <table className="w-full min-w-[44rem] text-left">
              <thead>
                <tr className="border-b border-border text-xs text-text-muted [&>th]:h-9 [&>th]:px-4 [&>th]:font-medium">
                  <th scope="col">Model</th>
                  <th scope="col">Provider</th>
                  <th scope="col" className="text-right">
                    Input
                  </th>
                  <th scope="col" className="text-right">
                    Output
                  </th>
                  <th scope="col" className="text-right">
                    Cache read
                  </th>
                  <th scope="col" className="text-right">
                    Cache write
                  </th>
                  <th scope="col">
                    <span className="sr-only">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((price) => (
                  <PriceRow
                    key={`${price.source} ${price.override_id ?? ""} ${price.provider} ${price.model}`}
                    price={price}
                    onSetPrice={() => onSetPrice(price)}
                  />
                ))}
              </tbody>
            </table>
          </section>
          {prices.hasNextPage && (
            <div className="border-t border-border p-3 text-center">
              <Button busy={prices.isFetchingNextPage} onClick={() => void prices.fetchNextPage()}>
                Show more
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function PriceRow({ price, onSetPrice }: { price: Price; onSetPrice: () => void }) {
  const rate = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value, 4));
  return (
    <tr className="border-b border-border last:border-b-0 hover:bg-surface-hover [&>td]:px-4 [&>td]:py-2">
      <td className="break-all">
        {price.model}
        {price.source === "override" && (
          <Badge tone="accent" className="ml-2">
            yours
          </Badge>
        )}
        {price.tiers.length > 0 && (
          <span className="ml-2 text-xs text-text-muted">
            dearer above {formatNumber(price.tiers[0]!.above_input_tokens)} input tokens
          </span>
        )}
      </td>
      <td className="text-text-muted">{price.provider_name}</td>
      <td className="text-right tabular-nums">{rate(price.rates.input)}</td>
      <td className="text-right tabular-nums">{rate(price.rates.output)}</td>
      <td className="text-right tabular-nums">{rate(price.rates.cache_read)}</td>
      <td className="text-right tabular-nums">{rate(price.rates.cache_write)}</td>
      <td className="text-right">
        {price.source === "catalogue" && (
          <Button
            size="sm"
            aria-label={`Set a price for ${price.model} at ${price.provider_name}`}
            onClick={onSetPrice}
          >
            Set
          </Button>
        )}
      </td>
    </tr>
  );
}
