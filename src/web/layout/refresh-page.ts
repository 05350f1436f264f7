import type { Query, QueryClient } from "@tanstack/react-query";

/** A list of which more than the first page is loaded: reading it all by the clock would only make it jump. */
function isLongList(query: Query): boolean {
  const data = query.state.data;
  return (
    typeof data === "object" &&
    data !== null &&
    "pageParams" in data &&
    Array.isArray(data.pageParams) &&
    data.pageParams.length > 1
  );
}

/** Has everything on the page read again, but not who is signed in; by the clock also not long lists. */
export function refreshPage(client: QueryClient, byClock: boolean): void {
  void client.invalidateQueries({
    type: "active",
    predicate: (query) => query.queryKey[0] !== "profile" && !(byClock && isLongList(query)),
  });
}
