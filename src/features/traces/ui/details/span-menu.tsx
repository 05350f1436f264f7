import { Braces, FileJson, Link2, MoreHorizontal, SquareTerminal } from "lucide-react";
import { copyText } from "#web/lib/clipboard.ts";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Menu } from "#web/ui/menu.tsx";
import { toast } from "#web/ui/toast.tsx";
import type { Span, SpanDetail } from "../../trace-contract.ts";
import { otlpJson } from "../model/otlp-json.ts";
import { spanUrl } from "../traces-api.ts";

async function copy(text: string, what: string): Promise<void> {
  const done = await copyText(text);
  toast(done ? `${what} copied` : "The browser did not allow copying", done ? "success" : "danger");
}

/** Ways to take one span elsewhere. */
export function SpanMenu({
  project,
  span,
  detail,
}: {
  project: string;
  span: Span;
  detail: SpanDetail | undefined;
}) {
  const url = spanUrl(project, span.trace_id, span.span_id);
  const shareLink = () => {
    const link = new URL(location.href);
    link.searchParams.set("span", span.span_id);
    return link.href;
  };
  return (
    <Menu
      label="Take the span elsewhere"
      align="end"
      trigger={(props) => (
        <IconButton
          {...props}
          size="sm"
          label="Share the span"
          icon={<MoreHorizontal aria-hidden size={15} />}
        />
      )}
      items={[
        {
          id: "link",
          label: "Copy link",
          icon: <Link2 aria-hidden size={14} />,
          run: () => void copy(shareLink(), "Link"),
        },
        {
          id: "curl",
          label: "Copy as curl",
          icon: <SquareTerminal aria-hidden size={14} />,
          run: () => void copy(`curl -H "X-API-Key: $FLIGHTDECK_API_KEY" '${url}'`, "curl command"),
        },
        ...(detail
          ? [
              {
                id: "otlp",
                label: "Copy as OTLP JSON",
                icon: <FileJson aria-hidden size={14} />,
                run: () => void copy(JSON.stringify(otlpJson([detail]), null, 2), "OTLP JSON"),
              },
            ]
          : []),
        {
          id: "raw",
          label: "Open raw JSON",
          icon: <Braces aria-hidden size={14} />,
          run: () => void window.open(url, "_blank", "noopener"),
        },
      ]}
    />
  );
}
