export { readJsonTraces } from "./json-reader.ts";
export { readProtobufTraces } from "./protobuf-reader.ts";
export { type ReadOutcome, rejectionMessage, type SpanSink } from "./read-outcome.ts";
