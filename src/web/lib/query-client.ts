import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api-client.ts";

const MAX_RETRIES = 2;

/** Retries what may pass by itself: no answer, overload, a server fault; never a refusal. */
export function shouldRetry(failures: number, error: unknown): boolean {
  if (failures >= MAX_RETRIES) return false;
  if (!(error instanceof ApiProblem)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 10_000, gcTime: 10 * 60_000 },
      mutations: { retry: false },
    },
  });
}
