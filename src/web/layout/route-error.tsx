import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useDocumentTitle } from "../lib/document-title.ts";
import { ErrorState } from "../ui/error-state.tsx";

/** Shown in place of a page that failed; the frame around it stays usable. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useDocumentTitle("Something went wrong");
  return (
    <ErrorState
      level="h1"
      error={error}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
