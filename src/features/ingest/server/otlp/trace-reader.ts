export { readJsonTraces } from "./json-reader.ts";
export { readProtobufTraces } from "./protobuf-reader.ts";
export type { ReadOutcome } from "./read-outcome.ts";
