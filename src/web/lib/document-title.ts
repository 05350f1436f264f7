import { useEffect } from "react";

/** Sets the browser's title to `title · Flightdeck` while the page is shown. */
export function useDocumentTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Flightdeck`;
  }, [title]);
}
