import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useDocumentTitle } from "../lib/document-title.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** For addresses nothing answers to. */
export function NotFoundPage() {
  useDocumentTitle("Page not found");
  return (
    <EmptyState
      level="h1"
      icon={<Compass size={20} />}
      title="Page not found"
      why="The address may be mistyped, or what it named was deleted."
      action={
        <Link to="/" className={buttonClass("primary")}>
          Back to your project
        </Link>
      }
    />
  );
}
