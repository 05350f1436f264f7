/**
 * Everything a provider may count: its name in reported usage, its name in price lists, for how many of it a
 * price is, and what it is part of. Counts are nested by these dimensions: `cache_audio_read_tokens` are part
 * of `cache_read_tokens` and of `input_audio_tokens`, which are part of `input_tokens`.
 * Names and nesting are those of genai-prices (prices/units.yml, MIT).
 */
export interface PriceUnit {
  usageKey: string;
  priceKey: string;
  /** A price is for this many. */
  per: number;
  dimensions: Readonly<Record<string, string>>;
}

const unit = (usageKey: string, priceKey: string, per: number, dimensions: string): PriceUnit => ({
  usageKey,
  priceKey,
  per,
  dimensions: Object.fromEntries(dimensions.split(" ").map((part) => part.split("="))),
});

export const PRICE_UNITS: readonly PriceUnit[] = [
  unit("audio_seconds", "audio_hours", 3_600, "family=durations modality=audio"),
  unit(
    "cache_audio_read_tokens",
    "cache_audio_read_mtok",
    1_000_000,
    "family=tokens direction=input modality=audio token_type=cache_read",
  ),
  unit(
    "cache_audio_write_1h_tokens",
    "cache_audio_write_1h_mtok",
    1_000_000,
    "family=tokens direction=input modality=audio token_type=cache_write cache_ttl=1h",
  ),
  unit(
    "cache_audio_write_5m_tokens",
    "cache_audio_write_5m_mtok",
    1_000_000,
    "family=tokens direction=input modality=audio token_type=cache_write cache_ttl=5m",
  ),
  unit(
    "cache_audio_write_tokens",
    "cache_audio_write_mtok",
    1_000_000,
    "family=tokens direction=input modality=audio token_type=cache_write",
  ),
  unit(
    "cache_image_read_tokens",
    "cache_image_read_mtok",
    1_000_000,
    "family=tokens direction=input modality=image token_type=cache_read",
  ),
  unit(
    "cache_image_write_1h_tokens",
    "cache_image_write_1h_mtok",
    1_000_000,
    "family=tokens direction=input modality=image token_type=cache_write cache_ttl=1h",
  ),
  unit(
    "cache_image_write_5m_tokens",
    "cache_image_write_5m_mtok",
    1_000_000,
    "family=tokens direction=input modality=image token_type=cache_write cache_ttl=5m",
  ),
  unit(
    "cache_image_write_tokens",
    "cache_image_write_mtok",
    1_000_000,
    "family=tokens direction=input modality=image token_type=cache_write",
  ),
  unit(
    "cache_read_tokens",
    "cache_read_mtok",
    1_000_000,
    "family=tokens direction=input token_type=cache_read",
  ),
  unit(
    "cache_text_read_tokens",
    "cache_text_read_mtok",
    1_000_000,
    "family=tokens direction=input modality=text token_type=cache_read",
  ),
  unit(
    "cache_text_write_1h_tokens",
    "cache_text_write_1h_mtok",
    1_000_000,
    "family=tokens direction=input modality=text token_type=cache_write cache_ttl=1h",
  ),
  unit(
    "cache_text_write_5m_tokens",
    "cache_text_write_5m_mtok",
    1_000_000,
    "family=tokens direction=input modality=text token_type=cache_write cache_ttl=5m",
  ),
  unit(
    "cache_text_write_tokens",
    "cache_text_write_mtok",
    1_000_000,
    "family=tokens direction=input modality=text token_type=cache_write",
  ),
  unit(
    "cache_video_read_tokens",
    "cache_video_read_mtok",
    1_000_000,
    "family=tokens direction=input modality=video token_type=cache_read",
  ),
  unit(
    "cache_video_write_1h_tokens",
    "cache_video_write_1h_mtok",
    1_000_000,
    "family=tokens direction=input modality=video token_type=cache_write cache_ttl=1h",
  ),
  unit(
    "cache_video_write_5m_tokens",
    "cache_video_write_5m_mtok",
    1_000_000,
    "family=tokens direction=input modality=video token_type=cache_write cache_ttl=5m",
  ),
  unit(
    "cache_video_write_tokens",
    "cache_video_write_mtok",
    1_000_000,
    "family=tokens direction=input modality=video token_type=cache_write",
  ),
  unit(
    "cache_write_1h_tokens",
    "cache_write_1h_mtok",
    1_000_000,
    "family=tokens direction=input token_type=cache_write cache_ttl=1h",
  ),
  unit(
    "cache_write_5m_tokens",
    "cache_write_5m_mtok",
    1_000_000,
    "family=tokens direction=input token_type=cache_write cache_ttl=5m",
  ),
  unit(
    "cache_write_tokens",
    "cache_write_mtok",
    1_000_000,
    "family=tokens direction=input token_type=cache_write",
  ),
  unit("code_executions", "code_executions_kcount", 1_000, "family=tool_calls tool_type=code_execution"),
  unit(
    "input_annotated_document_pages",
    "input_annotated_document_kpages",
    1_000,
    "family=document_pages direction=input page_type=annotated",
  ),
  unit("input_audio_seconds", "input_audio_hours", 3_600, "family=durations direction=input modality=audio"),
  unit("input_audio_tokens", "input_audio_mtok", 1_000_000, "family=tokens direction=input modality=audio"),
  unit(
    "input_audio_tool_tokens",
    "input_audio_tool_mtok",
    1_000_000,
    "family=tokens direction=input modality=audio token_type=tool",
  ),
  unit("input_characters", "input_mchars", 1_000_000, "family=characters direction=input"),
  unit("input_document_pages", "input_document_kpages", 1_000, "family=document_pages direction=input"),
  unit("input_image_tokens", "input_image_mtok", 1_000_000, "family=tokens direction=input modality=image"),
  unit(
    "input_image_tool_tokens",
    "input_image_tool_mtok",
    1_000_000,
    "family=tokens direction=input modality=image token_type=tool",
  ),
  unit("input_pixels", "input_gpixels", 1_000_000_000, "family=pixels direction=input"),
  unit(
    "input_text_messages",
    "input_text_messages_kcount",
    1_000,
    "family=messages direction=input modality=text",
  ),
  unit("input_text_tokens", "input_text_mtok", 1_000_000, "family=tokens direction=input modality=text"),
  unit(
    "input_text_tool_tokens",
    "input_text_tool_mtok",
    1_000_000,
    "family=tokens direction=input modality=text token_type=tool",
  ),
  unit("input_tokens", "input_mtok", 1_000_000, "family=tokens direction=input"),
  unit("input_tool_tokens", "input_tool_mtok", 1_000_000, "family=tokens direction=input token_type=tool"),
  unit("input_video_tokens", "input_video_mtok", 1_000_000, "family=tokens direction=input modality=video"),
  unit(
    "input_video_tool_tokens",
    "input_video_tool_mtok",
    1_000_000,
    "family=tokens direction=input modality=video token_type=tool",
  ),
  unit(
    "output_audio_citation_tokens",
    "output_audio_citation_mtok",
    1_000_000,
    "family=tokens direction=output modality=audio token_type=citation",
  ),
  unit(
    "output_audio_reasoning_tokens",
    "output_audio_reasoning_mtok",
    1_000_000,
    "family=tokens direction=output modality=audio token_type=reasoning",
  ),
  unit(
    "output_audio_seconds",
    "output_audio_hours",
    3_600,
    "family=durations direction=output modality=audio",
  ),
  unit(
    "output_audio_tokens",
    "output_audio_mtok",
    1_000_000,
    "family=tokens direction=output modality=audio",
  ),
  unit(
    "output_citation_tokens",
    "output_citation_mtok",
    1_000_000,
    "family=tokens direction=output token_type=citation",
  ),
  unit(
    "output_image_citation_tokens",
    "output_image_citation_mtok",
    1_000_000,
    "family=tokens direction=output modality=image token_type=citation",
  ),
  unit(
    "output_image_reasoning_tokens",
    "output_image_reasoning_mtok",
    1_000_000,
    "family=tokens direction=output modality=image token_type=reasoning",
  ),
  unit(
    "output_image_tokens",
    "output_image_mtok",
    1_000_000,
    "family=tokens direction=output modality=image",
  ),
  unit(
    "output_reasoning_tokens",
    "output_reasoning_mtok",
    1_000_000,
    "family=tokens direction=output token_type=reasoning",
  ),
  unit(
    "output_text_citation_tokens",
    "output_text_citation_mtok",
    1_000_000,
    "family=tokens direction=output modality=text token_type=citation",
  ),
  unit(
    "output_text_reasoning_tokens",
    "output_text_reasoning_mtok",
    1_000_000,
    "family=tokens direction=output modality=text token_type=reasoning",
  ),
  unit("output_text_tokens", "output_text_mtok", 1_000_000, "family=tokens direction=output modality=text"),
  unit("output_tokens", "output_mtok", 1_000_000, "family=tokens direction=output"),
  unit(
    "output_video_citation_tokens",
    "output_video_citation_mtok",
    1_000_000,
    "family=tokens direction=output modality=video token_type=citation",
  ),
  unit(
    "output_video_reasoning_tokens",
    "output_video_reasoning_mtok",
    1_000_000,
    "family=tokens direction=output modality=video token_type=reasoning",
  ),
  unit(
    "output_video_tokens",
    "output_video_mtok",
    1_000_000,
    "family=tokens direction=output modality=video",
  ),
  unit("requests", "requests_kcount", 1_000, "family=requests"),
  unit("rerank_searches", "rerank_searches_kcount", 1_000, "family=rerank"),
  unit("social_searches", "social_searches_kcount", 1_000, "family=tool_calls tool_type=social_search"),
  unit("storage_searches", "storage_searches_kcount", 1_000, "family=tool_calls tool_type=storage_search"),
  unit("web_searches", "web_searches_kcount", 1_000, "family=tool_calls tool_type=web_search"),
];

const BY_USAGE_KEY = new Map(PRICE_UNITS.map((one, index) => [one.usageKey, index]));
const BY_PRICE_KEY = new Map(PRICE_UNITS.map((one, index) => [one.priceKey, index]));

/** Position of a unit in `PRICE_UNITS`, and so in amounts and rates; undefined when it is not known. */
export const unitOfUsage = (usageKey: string): number | undefined => BY_USAGE_KEY.get(usageKey);
export const unitOfPrice = (priceKey: string): number | undefined => BY_PRICE_KEY.get(priceKey);

/** Whether the first unit is part of the second, or is it. */
export function isPartOf(part: PriceUnit, whole: PriceUnit): boolean {
  return Object.entries(whole.dimensions).every(([name, value]) => part.dimensions[name] === value);
}

/** How special a unit is: its number of dimensions. */
export const depthOf = (one: PriceUnit): number => Object.keys(one.dimensions).length;

const indexOf = (usageKey: string): number => {
  const index = BY_USAGE_KEY.get(usageKey);
  if (index === undefined) throw new Error(`There is no unit "${usageKey}".`);
  return index;
};

/** The units of the token buckets that are kept per span. */
export const UNIT = {
  input: indexOf("input_tokens"),
  cacheRead: indexOf("cache_read_tokens"),
  cacheWrite: indexOf("cache_write_tokens"),
  cacheWriteLong: indexOf("cache_write_1h_tokens"),
  inputAudio: indexOf("input_audio_tokens"),
  output: indexOf("output_tokens"),
  reasoning: indexOf("output_reasoning_tokens"),
  outputAudio: indexOf("output_audio_tokens"),
  request: indexOf("requests"),
} as const;
