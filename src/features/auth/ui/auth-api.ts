import { queryOptions } from "@tanstack/react-query";
import type { Profile } from "#features/auth/auth-contract.ts";
import { apiGet, apiPost } from "#web/lib/api-client.ts";

/** Who is signed in and which projects they see. */
export const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: ({ signal }) => apiGet<Profile>("/users/profile", undefined, { signal }),
  staleTime: 60_000,
});

/** Whom a one-time link is for; fails when it was used or has expired. */
export const setupQuery = (token: string) =>
  queryOptions({
    queryKey: ["setup", token],
    queryFn: ({ signal }) => apiGet<{ email: string }>("/auth/setup", { token }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** Signs in: the answer sets the session cookie. */
export function signIn(input: { email: string; password: string }): Promise<unknown> {
  return apiPost("/auth/login", input);
}

export function signOut(): Promise<void> {
  return apiPost("/auth/logout");
}

/** Sets the first password and signs in. */
export function completeSetup(input: { token: string; email: string; password: string }): Promise<unknown> {
  return apiPost("/auth/setup", input);
}
