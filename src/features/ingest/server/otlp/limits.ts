/** Attributes kept per span; the rest is dropped and counted in `flightdeck.dropped_attributes`. */
export const MAX_ATTRIBUTES = 10_000;
/** Longest attribute key in bytes; an attribute with a longer or an empty key is dropped and counted. */
export const MAX_KEY_BYTES = 1024;
/** Longest single value in bytes; a longer one is cut at a character boundary and counted in `flightdeck.cut_values`. */
export const MAX_VALUE_BYTES = 8 * 1024 * 1024;
/** Levels of lists and maps inside one attribute value; what lies deeper is replaced by `TOO_DEEP`. */
export const MAX_VALUE_DEPTH = 64;
/** Elements of lists and maps inside one value; the list that passes it ends in `CUT_LIST`. */
export const MAX_VALUE_NODES = 100_000;
/** Events kept per span; the rest is counted in `flightdeck.dropped_events`. */
export const MAX_EVENTS = 10_000;
/** Links kept per span; the rest is counted in `flightdeck.dropped_links`. */
export const MAX_LINKS = 1_000;
/** Attributes kept per event or link. */
export const MAX_EVENT_ATTRIBUTES = 1_000;
/** Attributes kept in all events and links of one span together, which bounds the memory a span can take. */
export const MAX_EVENT_ATTRIBUTES_PER_SPAN = 100_000;
/** Attributes kept per resource or scope. */
export const MAX_RESOURCE_ATTRIBUTES = 1_000;
/** Longest value of a resource or scope attribute in bytes, since it is repeated on every row. */
export const MAX_RESOURCE_VALUE_BYTES = 64 * 1024;
/** Longest name (span, event, scope, service), schema URL and trace state in bytes. */
export const MAX_NAME_BYTES = 1024;
/** Longest status message in bytes. */
export const MAX_STATUS_MESSAGE_BYTES = 64 * 1024;

/** Lists, maps and commas in one JSON text handed to `JSON.parse`: bounds the memory of its objects. */
export const MAX_JSON_NODES = 100_000;
/** Rejected spans of one JSON request after which the rest is only counted, since each costs a parse. */
export const MAX_JSON_REJECTED = 20_000;

/** Stands for what lay deeper than `MAX_VALUE_DEPTH`. */
export const TOO_DEEP = "[nested too deeply]";
/** Last element of a list, or last key of a map, that was longer than `MAX_VALUE_NODES`. */
export const CUT_LIST = "[cut: too many elements]";

/** No span started before: 2000-01-01 in nanoseconds since 1970. */
export const EARLIEST_TIME_NS = 946_684_800e9;
/** How far ahead of ours a sender's clock may be, in milliseconds. */
export const LATEST_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Buckets taken per histogram, and exemplars kept per data point; further exemplars are left out. */
export const MAX_BUCKETS = 10_000;
export const MAX_EXEMPLARS = 100;
/** Quantiles kept per summary point. */
export const MAX_QUANTILES = 1_000;
