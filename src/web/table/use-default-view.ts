import { useEffect, useRef } from "react";
import type { SavedView } from "#features/saved-views/saved-view-contract.ts";

/** Shows the user's default view, once, when a page is opened without any wish (`bare`). */
export function useDefaultView(
  views: readonly SavedView[],
  bare: boolean,
  apply: (search: string) => void,
): void {
  const opened = useRef(false);
  const wasBare = useRef(bare);
  useEffect(() => {
    if (opened.current || views.length === 0) return;
    opened.current = true;
    const first = views.find((view) => view.is_default);
    if (first && wasBare.current) apply(first.search);
  }, [views, apply]);
}
