import type { Dialect } from "./dialect.ts";
import { readGenkitFacts } from "./genkit-facts.ts";
import { readGenkitMessages } from "./genkit-messages.ts";

/**
 * Firebase Genkit (JavaScript, Go, Python): spans of actions and flow steps, with input and output as JSON.
 * Source: Genkit's telemetry attributes (`genkit:type`, `genkit:metadata:subtype` …).
 */
export const genkit: Dialect = {
  name: "genkit",
  recognises: (span) => span.attributes.has("genkit:name") || span.attributes.has("genkit:type"),
  readFacts: readGenkitFacts,
  contentKeys: ["genkit:input", "genkit:output", "genkit:init", "genkit:metadata:context"],
  readMessages: readGenkitMessages,
};
