import { agentApi } from "./agent-api.ts";
import { claudeCode } from "./claude-code.ts";
import { collector } from "./collector.ts";
import { curl } from "./curl.ts";
import { environment } from "./environment.ts";
import { prometheus } from "./prometheus.ts";
import { python } from "./python.ts";
import type { Snippet } from "./snippet.ts";
import { typescript } from "./typescript.ts";

/** The ways to connect, in the order of their tabs: a new one is a file and a line. */
export const SNIPPETS: readonly Snippet[] = [
  typescript,
  python,
  curl,
  collector,
  environment,
  claudeCode,
  agentApi,
  prometheus,
];
