import { CircleAlert, RotateCw } from "lucide-react";
import { ApiProblem } from "../lib/api-client.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";

/** What to show and copy of any thrown value. */
export function describeError(error: unknown): {
  title: string;
  detail: string;
  code: string;
  requestId: string;
} {
  if (error instanceof ApiProblem) {
    return { title: error.title, detail: error.detail, code: error.code, requestId: error.requestId };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: "Something went wrong", detail, code: "client_error", requestId: "" };
}

/** A failed panel or page: the sentence, the code, the request id, a retry and details to copy. */
export function ErrorState({
  error,
  onRetry,
  title,
  level: Heading = "h2",
}: {
  error: unknown;
  onRetry?: () => void;
  title?: string;
  /** `h1` where it is the whole page. */
  level?: "h1" | "h2";
}) {
  const shown = describeError(error);
  const details = () =>
    JSON.stringify(
      { ...shown, url: location.href, at: new Date().toISOString(), user_agent: navigator.userAgent },
      null,
      2,
    );
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center px-6 py-12 text-center">
      <CircleAlert aria-hidden size={22} className="mb-3 text-danger" />
      <Heading className="text-lg font-semibold">{title ?? shown.title}</Heading>
      <p className="mt-1 break-words text-text-muted">{shown.detail}</p>
      <p className="mt-2 font-mono text-2xs break-all text-text-faint">
        {shown.code}
        {shown.requestId && ` · request ${shown.requestId}`}
      </p>
      <div className="mt-4 flex flex-wrap items-center justify-center gap-2">
        {onRetry && (
          <Button icon={<RotateCw aria-hidden size={14} />} onClick={onRetry}>
            Try again
          </Button>
        )}
        <CopyButton text={details} label="Copy details" withLabel size="md" variant="ghost" />
      </div>
    </div>
  );
}
