import type { Operation } from "../../telemetry-contract.ts";
import type { SpanView } from "../span-view.ts";

/** OTLP's SpanKind for a call to another process. */
const CLIENT = 3;

/**
 * Whether a span lies around model calls that have spans of their own. Agent, workflow and chain spans report
 * the sum of the model calls inside them, and the frameworks that write them write those calls as child spans
 * too: counting both would double every figure. The exception is a call to an agent in another process (kind
 * CLIENT towards a `server.address`, as the conventions ask of remote agents): its model calls are not in this
 * trace, so its usage is the only one there is.
 */
export function enclosesModelCalls(span: SpanView, operation: Operation | ""): boolean {
  switch (operation) {
    case "invoke_agent":
      return span.kind !== CLIENT || !span.attributes.has("server.address");
    case "invoke_workflow":
    case "create_agent":
    case "chain":
      return true;
    default:
      return false;
  }
}
