/** What one execution and a thousand tokens cost; null where there were none, or nothing is known of the cost. */
export function unitCosts(totals: {
  cost_usd?: number | null;
  executions?: number | null;
  tokens_total?: number | null;
}): { perExecution: number | null; perThousandTokens: number | null } {
  const { cost_usd: cost, executions, tokens_total: tokens } = totals;
  const known = cost !== undefined && cost !== null;
  return {
    perExecution: known && executions ? cost / executions : null,
    perThousandTokens: known && tokens ? (cost / tokens) * 1000 : null,
  };
}

/** The width of a burn bar and of the forecast behind it, in percent of the track; the track ends at the limit. */
export function burnBar(share: number, forecast: number, limit: number): { spent: number; forecast: number } {
  const percent = (part: number) => Math.min(100, Math.max(0, part * 100));
  return { spent: percent(share), forecast: percent(limit > 0 ? forecast / limit : 0) };
}
