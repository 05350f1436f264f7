import { textParam } from "#web/lib/search-params.ts";
import type { ExecutionStatus } from "../execution-contract.ts";

export const STATUSES: readonly ExecutionStatus[] = ["running", "succeeded", "failed", "cancelled"];

/** The executions page's part of the URL. */
export interface ExecutionsSearch {
  q?: string;
  agent?: string[];
  status?: ExecutionStatus[];
  source?: "reported" | "trace";
  user_id?: string;
  session_id?: string;
  min_duration_ms?: string;
  min_cost_usd?: string;
  has_errors?: "true";
  /** Id of the row the keyboard stands on. */
  row?: string;
}

const texts = (value: unknown): string[] =>
  [value]
    .flat()
    .flatMap((item) => (typeof item === "string" && item !== "" ? [item.slice(0, 200)] : []))
    .slice(0, 20);

/** Reads the search parameters; what cannot be read is as if it were not there. */
export function parseExecutionsSearch(raw: Record<string, unknown>): ExecutionsSearch {
  const agent = texts(raw.agent);
  const status = texts(raw.status).filter((one): one is ExecutionStatus =>
    STATUSES.includes(one as ExecutionStatus),
  );
  const source = textParam(raw.source);
  const plain = Object.fromEntries(
    (["q", "user_id", "session_id", "row"] as const).flatMap((key) => {
      const text = textParam(raw[key]);
      return text ? [[key, text.slice(0, 500)]] : [];
    }),
  );
  const numbers = Object.fromEntries(
    (["min_duration_ms", "min_cost_usd"] as const).flatMap((key) => {
      const text = textParam(raw[key]);
      return text && Number(text) > 0 ? [[key, text]] : [];
    }),
  );
  return {
    ...plain,
    ...numbers,
    ...(agent.length > 0 && { agent }),
    ...(status.length > 0 && { status }),
    ...((source === "reported" || source === "trace") && { source }),
    ...(textParam(raw.has_errors) === "true" && { has_errors: "true" as const }),
  };
}

/** The filters of the search, as the API takes them. */
export function executionFilter({ row, ...filter }: ExecutionsSearch): Omit<ExecutionsSearch, "row"> {
  return filter;
}
