import type { Snippet } from "./snippet.ts";

/** One span by hand, as OTLP/JSON. */
export const curl: Snippet = {
  id: "curl",
  label: "curl",
  intro: "One span in OTLP/JSON, to see that the way is open.",
  steps: ({ endpoint, key }) => [
    {
      title: "Terminal",
      code: `TRACE_ID=$(openssl rand -hex 16); SPAN_ID=$(openssl rand -hex 8); NOW=$(date +%s)
curl -sS "${endpoint}/v1/traces" \\
  -H "content-type: application/json" \\
  -H "x-api-key: ${key}" \\
  -d @- <<JSON
{
  "resourceSpans": [{
    "resource": { "attributes": [
      { "key": "service.name", "value": { "stringValue": "curl" } }
    ]},
    "scopeSpans": [{
      "spans": [{
        "traceId": "$TRACE_ID",
        "spanId": "$SPAN_ID",
        "name": "chat gpt-5-mini",
        "kind": 3,
        "startTimeUnixNano": "\${NOW}000000000",
        "endTimeUnixNano": "\${NOW}850000000",
        "attributes": [
          { "key": "gen_ai.operation.name", "value": { "stringValue": "chat" } },
          { "key": "gen_ai.provider.name", "value": { "stringValue": "openai" } },
          { "key": "gen_ai.request.model", "value": { "stringValue": "gpt-5-mini" } },
          { "key": "gen_ai.usage.input_tokens", "value": { "intValue": "12" } },
          { "key": "gen_ai.usage.output_tokens", "value": { "intValue": "7" } }
        ],
        "status": {}
      }]
    }]
  }]
}
JSON`,
    },
  ],
};
