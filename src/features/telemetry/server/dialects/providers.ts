/**
 * Names under which emitters report a provider, and the spelling of the OpenTelemetry conventions
 * (`gen_ai.provider.name`). A name also matches when it is followed by "." or "-" and more
 * ("openai.responses"), the longest name winning. Frameworks that name themselves as provider map to "".
 */
const PROVIDER_NAMES: readonly (readonly [string, string])[] = [
  ["openai", "openai"],
  ["azure.ai.openai", "azure.ai.openai"],
  ["az.ai.openai", "azure.ai.openai"],
  ["azure-openai", "azure.ai.openai"],
  ["azure_openai", "azure.ai.openai"],
  ["azureopenai", "azure.ai.openai"],
  ["azure openai", "azure.ai.openai"],
  ["azure", "azure.ai.openai"],
  ["azure.ai.inference", "azure.ai.inference"],
  ["az.ai.inference", "azure.ai.inference"],
  ["azure_ai", "azure.ai.inference"],
  ["anthropic", "anthropic"],
  ["claude", "anthropic"],
  ["aws.bedrock", "aws.bedrock"],
  ["aws_bedrock", "aws.bedrock"],
  ["amazon-bedrock", "aws.bedrock"],
  ["amazon_bedrock", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["aws", "aws.bedrock"],
  ["gcp.vertex_ai", "gcp.vertex_ai"],
  ["gcp.vertex.agent", "gcp.vertex_ai"],
  ["vertex_ai", "gcp.vertex_ai"],
  ["vertexai", "gcp.vertex_ai"],
  ["google.vertex", "gcp.vertex_ai"],
  ["google-vertex", "gcp.vertex_ai"],
  ["gcp.gemini", "gcp.gemini"],
  ["gemini", "gcp.gemini"],
  ["google", "gcp.gemini"],
  ["google_genai", "gcp.gemini"],
  ["googleai", "gcp.gemini"],
  ["gcp.gen_ai", "gcp.gen_ai"],
  ["cohere", "cohere"],
  ["ibm.watsonx.ai", "ibm.watsonx.ai"],
  ["watsonx", "ibm.watsonx.ai"],
  ["perplexity", "perplexity"],
  ["x_ai", "x_ai"],
  ["xai", "x_ai"],
  ["deepseek", "deepseek"],
  ["groq", "groq"],
  ["mistral_ai", "mistral_ai"],
  ["mistralai", "mistral_ai"],
  ["mistral", "mistral_ai"],
  ["moonshot_ai", "moonshot_ai"],
  ["moonshotai", "moonshot_ai"],
  ["moonshot", "moonshot_ai"],
  ["langchain", ""],
  ["langgraph", ""],
  ["llamaindex", ""],
  ["llama_index", ""],
  ["crewai", ""],
  ["haystack", ""],
  ["microsoft.agent_framework", ""],
];

const BY_NAME = new Map(PROVIDER_NAMES);
const LONGEST_FIRST = [...PROVIDER_NAMES].sort((left, right) => right[0].length - left[0].length);

/** Names are few, but they are sent by strangers: beyond this many the answer is computed each time. */
const MAX_REMEMBERED = 500;
const remembered = new Map<string, string>();

/** A provider in OpenTelemetry's spelling; an unknown one in lower case. */
export function normaliseProvider(name: string): string {
  if (name === "") return "";
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const provider = lookUp(name.trim().toLowerCase());
  if (remembered.size < MAX_REMEMBERED) remembered.set(name, provider);
  return provider;
}

function lookUp(name: string): string {
  const exact = BY_NAME.get(name);
  if (exact !== undefined) return exact;
  for (const [known, provider] of LONGEST_FIRST) {
    if (name.startsWith(`${known}.`) || name.startsWith(`${known}-`)) return provider;
  }
  return name;
}
