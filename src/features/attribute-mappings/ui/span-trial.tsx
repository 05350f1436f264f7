import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import type { MappingPreview } from "#features/attribute-mappings/attribute-mapping-contract.ts";
import type { MappingRule } from "#features/telemetry/telemetry-mapping-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Card } from "#web/ui/card.tsx";
import { describeError } from "#web/ui/error-state.tsx";
import { fieldClass } from "#web/ui/input.tsx";
import { previewMappings } from "./attribute-mappings-api.ts";
import { readLines } from "./read-differences.ts";

const SAMPLE = JSON.stringify(
  {
    name: "answer",
    attributes: {
      "acme.kind": "llm",
      "acme.conversation": "c-1042",
      "acme.llm": "gpt-4.1-mini",
      "acme.prompt": '[{"role":"user","content":"Where is my order?"}]',
      "acme.tokens.in": 812,
      "acme.tokens.out": 64,
    },
  },
  null,
  2,
);

/** A box to paste a span into; below it what Flightdeck reads, without the rules and with them. */
export function SpanTrial({
  project,
  rules,
  onPick,
}: {
  project: string;
  /** The project's rules and the one being written. */
  rules: readonly MappingRule[];
  /** An attribute was chosen to be mapped. */
  onPick: (attribute: string) => void;
}) {
  const [text, setText] = useState("");
  const id = useId();
  const span = useDeferredValue(text.trim());
  const preview = useQuery({
    queryKey: ["attribute-mapping-preview", project, span, rules],
    queryFn: () => previewMappings(project, span, rules),
    enabled: span !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Card
      title="Try it on a span"
      description="Paste an OTLP export, a span, or its attributes as JSON. Nothing is stored."
      actions={
        text === "" && (
          <Button size="sm" onClick={() => setText(SAMPLE)}>
            Use a sample
          </Button>
        )
      }
    >
      <label htmlFor={id} className="sr-only">
        Span as JSON
      </label>
      <textarea
        id={id}
        rows={8}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder='{"name": "answer", "attributes": {"acme.conversation": "c-1042"}}'
        className={`${fieldClass} resize-y p-2.5 font-mono text-xs`}
      />
      <div aria-live="polite">
        {preview.isError && span !== "" && (
          <p role="alert" className="mt-2 text-danger">
            {describeError(preview.error).detail}
          </p>
        )}
        {preview.data && span !== "" && !preview.isError && (
          <TrialResult preview={preview.data} mapped={rules} onPick={onPick} />
        )}
      </div>
    </Card>
  );
}

function TrialResult({
  preview,
  mapped,
  onPick,
}: {
  preview: MappingPreview;
  mapped: readonly MappingRule[];
  onPick: (attribute: string) => void;
}) {
  if (preview.spans.length === 0)
    return <p className="mt-3 text-text-muted">No span was found in this text.</p>;
  return (
    <>
      {preview.spans.map((span, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pasted spans have no identity but their place
        <section key={index} className="mt-5">
          <h3 className="font-semibold">
            {span.name}{" "}
            <span className="font-normal text-text-muted">
              {span.dialect === "" ? "no known dialect" : `read as ${span.dialect.replaceAll("_", " ")}`}
            </span>
          </h3>
          <div className="mt-2 grid gap-5 lg:grid-cols-2">
            <ReadTable span={span} />
            <AttributeList attributes={span.attributes} mapped={mapped} onPick={onPick} />
          </div>
        </section>
      ))}
      {preview.more && (
        <p className="mt-3 text-text-muted">Only the first {preview.spans.length} spans are shown.</p>
      )}
    </>
  );
}

function ReadTable({ span }: { span: MappingPreview["spans"][number] }) {
  const lines = readLines(span.before, span.after);
  if (lines.length === 0) {
    return <p className="text-text-muted">Nothing is read from this span yet. Map one of its attributes.</p>;
  }
  return (
    <table className="w-full text-left text-sm">
      <caption className="sr-only">What is read from {span.name}</caption>
      <thead>
        <tr className="border-b border-border text-xs text-text-muted [&>th]:py-1.5 [&>th]:pr-3 [&>th]:font-medium">
          <th scope="col">Read as</th>
          <th scope="col">Without mappings</th>
          <th scope="col">With mappings</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr
            key={line.label}
            className="border-b border-border align-top last:border-b-0 [&>*]:py-1.5 [&>*]:pr-3"
          >
            <th scope="row" className="font-normal whitespace-nowrap text-text-muted">
              {line.label}
            </th>
            <td className="break-words whitespace-pre-wrap text-text-muted">{line.before || "–"}</td>
            <td className="break-words whitespace-pre-wrap">
              {line.changed ? (
                <strong className="font-semibold text-success">{line.after || "–"}</strong>
              ) : (
                line.after
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AttributeList({
  attributes,
  mapped,
  onPick,
}: {
  attributes: MappingPreview["spans"][number]["attributes"];
  mapped: readonly MappingRule[];
  onPick: (attribute: string) => void;
}) {
  const names = new Set(mapped.map((rule) => rule.attribute));
  return (
    <ul aria-label="Attributes" className="min-w-0 text-sm">
      {attributes.map(({ key, value }) => (
        <li key={key} className="flex items-center gap-3 border-b border-border py-1 last:border-b-0">
          <span className="min-w-0 flex-1">
            <span className="block truncate font-mono text-xs">{key}</span>
            <span className="block truncate text-text-muted">{value}</span>
          </span>
          {names.has(key) ? (
            <span className="shrink-0 text-xs text-success">mapped</span>
          ) : (
            <Button size="sm" aria-label={`Map ${key}`} onClick={() => onPick(key)}>
              Map
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
