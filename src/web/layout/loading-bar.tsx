import { useIsFetching } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

const PATIENCE_MS = 150;

/** A thin bar at the top while a page or its first data loads; not for what is over at once. */
export function LoadingBar() {
  const navigating = useRouterState({ select: (state) => state.status === "pending" });
  const fetching = useIsFetching({ predicate: (query) => query.state.status === "pending" }) > 0;
  const busy = navigating || fetching;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(busy), busy ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [busy]);
  if (!shown) return null;
  return (
    <div aria-hidden className="loading-bar pointer-events-none fixed inset-x-0 top-0 z-40 h-0.5 bg-accent" />
  );
}
