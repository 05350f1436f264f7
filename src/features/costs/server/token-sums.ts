/** All tokens of a span, in SQL; the buckets are exclusive. */
export const TOKENS_TOTAL =
  "(tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_input_audio" +
  " + tokens_output + tokens_reasoning + tokens_output_audio)";
