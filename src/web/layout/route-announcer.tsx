import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { rememberPage } from "../lib/recent-pages.ts";

/** Time a page gets to set its title, in milliseconds. */
const TITLE_MS = 400;

/** Tells screen readers which page was opened, and remembers it for the command palette. */
export function RouteAnnouncer() {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const [said, setSaid] = useState("");
  const first = useRef(true);
  useEffect(() => {
    if (pathname === undefined) return;
    const timer = setTimeout(() => {
      const title = document.title.replace(/ · Flightdeck$/, "");
      if (pathname.startsWith("/p/")) rememberPage({ path: pathname + location.search, title });
      if (!first.current) setSaid(title);
      first.current = false;
    }, TITLE_MS);
    return () => clearTimeout(timer);
  }, [pathname]);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  );
}
