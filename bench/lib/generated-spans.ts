import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Spans a generated trace has on average: 4 to 16, so that counts below are met closely. */
const SPANS_PER_TRACE = 10;

/** What to generate. */
export interface GeneratedSpansOptions {
  projectId: string;
  /** About how many spans in all. */
  spans: number;
  days: number;
  /** The newest span starts before this, in milliseconds since 1970. */
  endMs: number;
  seed: number;
  onProgress?: (spans: number) => void;
}

/**
 * Fills `spans` and `messages` inside ClickHouse, hour by hour, as fast as it can write: traces of an agent with
 * chat and tool calls in turn, sessions of four traces, twelve agents, six models, fifteen tools, five thousand
 * users, errors that gather at some tools, a day and night curve and quiet weekends. Rows look like ingested
 * ones: same columns, same attributes, long content cut into shared pieces. Returns the spans written.
 */
export async function generateSpans(store: TelemetryStore, options: GeneratedSpansOptions): Promise<number> {
  const { projectId, days, endMs, seed } = options;
  const hours = days * 24;
  const firstMs = Math.floor(endMs / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS;
  const weights = Array.from({ length: hours }, (_, hour) => weightOf(firstMs + hour * HOUR_MS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let hour = 0; hour < hours; hour++) {
    const startMs = firstMs + hour * HOUR_MS;
    const traces = Math.max(1, Math.round((options.spans / SPANS_PER_TRACE) * (weights[hour]! / total)));
    const widthMs = Math.min(HOUR_MS, endMs - startMs);
    const slice: Slice = { projectId, startMs, widthMs, traces, seed: seed * 100_000 + hour };
    await store.command(messagesSql(slice));
    await store.command(spansSql(slice));
    options.onProgress?.(Math.round((options.spans * (hour + 1)) / hours));
  }
  const [row] = await store.queryProject<{ spans: number }>(
    projectId,
    "SELECT count() AS spans FROM spans WHERE project_id = {project_id:UUID}",
  );
  return row!.spans;
}

/** How busy an hour is: most at 14 h, least at night, a third on weekends. */
function weightOf(ms: number): number {
  const hour = (ms % DAY_MS) / HOUR_MS;
  const weekday = new Date(ms).getUTCDay();
  const daily = 0.25 + 0.75 * Math.max(0, Math.cos(((hour - 14) / 24) * 2 * Math.PI)) ** 1.5;
  return daily * (weekday === 0 || weekday === 6 ? 0.35 : 1);
}

interface Slice {
  projectId: string;
  startMs: number;
  widthMs: number;
  traces: number;
  seed: number;
}

const AGENTS = [
  "support-triage",
  "order-desk",
  "code-reviewer",
  "research",
  "invoice-reader",
  "travel-planner",
  "sql-analyst",
  "onboarding-guide",
  "incident-helper",
  "translator",
  "moderator",
  "meeting-notes",
];
const MODELS = [
  "gpt-4o-mini",
  "gpt-4o",
  "claude-sonnet-4-5",
  "gemini-2.5-flash",
  "claude-haiku-4-5",
  "o4-mini",
];
const PROVIDERS = ["openai", "openai", "anthropic", "gcp.gemini", "anthropic", "openai"];
/** Dollars per million tokens: input, cache read, output. */
const PRICES = [
  [0.15, 0.075, 0.6],
  [2.5, 1.25, 10],
  [3, 0.3, 15],
  [0.3, 0.075, 2.5],
  [1, 0.1, 5],
  [1.1, 0.275, 4.4],
];
const TOOLS = [
  "web_search",
  "lookup_order",
  "read_file",
  "run_sql",
  "send_email",
  "get_weather",
  "search_docs",
  "create_ticket",
  "list_flights",
  "fetch_url",
  "run_tests",
  "translate_text",
  "get_customer",
  "calculate",
  "post_message",
];
const WORDS =
  "order invoice delivery customer refund window morning report account access password agent answer question " +
  "please thanks weather flight hotel ticket number address street city package tracking delayed arrived missing " +
  "payment card balance transfer contract renewal upgrade version release deploy server database table column query " +
  "result error timeout retry failed success review comment change request branch merge test coverage build log " +
  "metric alert incident summary meeting minutes action owner deadline budget cost price discount offer policy " +
  "legal privacy data export import schedule calendar reminder translate german french spanish english language " +
  "document page chapter section figure example model token prompt context memory search find list show explain";

const sqlList = (values: readonly (string | number)[]) =>
  `[${values.map((value) => (typeof value === "number" ? value : `'${value}'`)).join(", ")}]`;

/** Expressions per trace number `t`; `u(k)` is uniform in [0, 1) by trace, `us(k)` by session. */
function traceSql({ startMs, widthMs, traces, seed }: Slice): string {
  const u = (key: string | number) => `(cityHash64(${seed}, t, ${key}) / 18446744073709551616.)`;
  const us = (key: string | number) => `(cityHash64(${seed}, intDiv(t, 4), ${key}) / 18446744073709551616.)`;
  const z = (key: string) =>
    `(sqrt(-2 * log(${u(`(${key}, 1)`)} + 1e-12)) * cos(2 * pi() * ${u(`(${key}, 2)`)}))`;
  return `SELECT t,
      toInt64(${startMs} + ${widthMs} * ${u(1)}) * 1000000 AS trace_ns,
      toUInt8(pow(${us(2)}, 1.7) * ${AGENTS.length}) + 1 AS agent_no,
      toUInt8(pow(${us(3)}, 1.5) * 3 + agent_no) % ${MODELS.length} + 1 AS model_no,
      4 + toUInt8(${u(4)} * 13) AS n,
      concat('user-', toString(toUInt32(pow(${us(5)}, 2) * 5000))) AS user,
      concat('conv-', hex(cityHash64(${seed}, intDiv(t, 4), 6))) AS session,
      multiIf(${us(7)} < 0.85, 'production', ${us(7)} < 0.95, 'staging', 'development') AS env,
      if(${us(8)} < 0.3, '1.5.0', '1.4.2') AS version,
      unhex(concat(hex(cityHash64(${seed}, t, 9)), hex(cityHash64(${seed}, t, 10)))) AS trace,
      arrayMap(i -> toUInt8(pow(${u("(i, 11)")}, 1.4) * ${TOOLS.length}) + 1, range(n)) AS tool_nos,
      arrayMap(i -> if(i = 0, toUInt64(2e6), toUInt64(1e6 * if(i % 2 = 1,
        exp(6.6 + 0.7 * ${z("i")}), tool_nos[i + 1] * exp(3.5 + 1.1 * ${z("i")})))), range(n)) AS durations,
      arrayMap(i -> i > 0 AND ${u("(i, 12)")} <
        if(i % 2 = 1, 0.012, if(tool_nos[i + 1] IN (1, 10), 0.08, 0.01)), range(n)) AS failures,
      arrayConcat(
        [concat('[{"role":"system","content":"You are ', ${sqlList(AGENTS)}[agent_no], '. ',
          ${words("agent_no", 60)}, '"}')],
        arrayMap(i -> concat(',{"role":"', if(i % 2 = 1, 'assistant', if(i = 0, 'user', 'tool')), '","content":"',
          ${words(`(${seed}, t, i)`, 28)}, ' ', lower(hex(cityHash64(${seed}, t, i, 13))), '"}'), range(n))
      ) AS pieces
    FROM (SELECT number AS t FROM numbers(${traces}))`;
}

/** So many words, chosen by `key`. */
function words(key: string, count: number): string {
  const list = sqlList(WORDS.split(" "));
  return `arrayStringConcat(arrayMap(w -> ${list}[cityHash64(${key}, w) % ${WORDS.split(" ").length} + 1], range(${count})), ' ')`;
}

/** Start of the hash a piece is stored under: the first half of its SHA-256. */
const HASH = (text: string) => `toFixedString(substring(SHA256(${text}), 1, 16), 16)`;

function messagesSql(slice: Slice): string {
  const week = new Date(slice.startMs - ((new Date(slice.startMs).getUTCDay() + 6) % 7) * DAY_MS);
  return `INSERT INTO messages (project_id, hash, seen_week, body)
    SELECT DISTINCT '${slice.projectId}'::UUID, ${HASH("piece")}, toDate('${week.toISOString().slice(0, 10)}'), piece
    FROM (SELECT arrayJoin(arrayPushBack(pieces, ']')) AS piece FROM (${traceSql(slice)}))`;
}

function spansSql(slice: Slice): string {
  const price = (column: number) => `${sqlList(PRICES.map((row) => row[column]!))}[model_no]`;
  const v = (key: string) => `(cityHash64(${slice.seed}, t, i, ${key}) / 18446744073709551616.)`;
  const chat = "(i % 2 = 1)";
  return `INSERT INTO spans (project_id, trace_id, span_id, parent_span_id, is_root, start_time, duration_ns,
      received_at, name, kind, status, status_message, error_type, service, environment, dialect, operation, agent,
      agent_id, agent_version, model, request_model, provider, tool, finish_reason, session_id, user_id, tags,
      tokens_input_uncached, tokens_cache_read, tokens_output, tokens_reasoning, cost_usd, price_version,
      time_to_first_token_ms, attributes_string, attributes_number, attributes_bool, attributes_json, content,
      content_keys, content_counts, content_hashes, resource_attributes, scope_name, scope_version)
    WITH arrayMap(piece -> ${HASH("piece")}, pieces) AS hashes, ${HASH("']'")} AS closing
    SELECT '${slice.projectId}'::UUID, trace, unhex(hex(cityHash64(${slice.seed}, t, i, 20))),
      if(i = 0, unhex('0000000000000000'), unhex(hex(cityHash64(${slice.seed}, t, 0, 20)))), i = 0,
      fromUnixTimestamp64Nano(trace_ns + if(i = 0, 0, toInt64(arraySum(arraySlice(durations, 1, i)))), 'UTC'),
      if(i = 0, arraySum(durations), durations[i + 1]),
      fromUnixTimestamp64Milli(intDiv(trace_ns, 1000000) + toInt64(arraySum(durations) / 1e6) + 2000, 'UTC'),
      multiIf(i = 0, concat('invoke_agent ', ${sqlList(AGENTS)}[agent_no]),
        ${chat}, concat('chat ', ${sqlList(MODELS)}[model_no]),
        concat('execute_tool ', ${sqlList(TOOLS)}[tool_nos[i + 1]])),
      if(${chat}, 3, 1),
      multiIf(if(i = 0, failures[n] OR (arrayExists(f -> f, failures) AND ${v("21")} < 0.3), failures[i + 1]), 2, 0) AS failed,
      if(failed = 2, if(${chat}, 'rate limit reached', 'no answer in time'), ''),
      if(failed = 2, if(${chat}, 'RateLimitError', 'TimeoutError'), ''),
      concat(${sqlList(AGENTS)}[agent_no], '-service'), env, 'otel-genai',
      multiIf(i = 0, 'invoke_agent', ${chat}, 'chat', 'execute_tool'),
      ${sqlList(AGENTS)}[agent_no], '', version,
      if(${chat}, ${sqlList(MODELS)}[model_no], ''), if(${chat}, ${sqlList(MODELS)}[model_no], ''),
      if(${chat}, ${sqlList(PROVIDERS)}[model_no], ''),
      if(i > 0 AND NOT ${chat}, ${sqlList(TOOLS)}[tool_nos[i + 1]], ''),
      if(${chat}, if(i + 1 = n, 'stop', 'tool_calls'), ''), session, user,
      if(cityHash64(user) % 20 = 0, ['vip'], []),
      if(${chat}, toUInt64(200 + 400 * ${v("22")}), 0) AS input,
      if(${chat} AND i > 1, toUInt64(220 * i), 0) AS cached,
      if(${chat}, toUInt64(20 + 500 * pow(${v("23")}, 2)), 0) AS output,
      if(${chat} AND model_no = 6, toUInt64(300 * ${v("24")}), 0) AS reasoning,
      if(${chat}, (input * ${price(0)} + cached * ${price(1)} + (output + reasoning) * ${price(2)}) / 1e6, NULL),
      if(${chat}, 'genai-prices@0.1.8', ''),
      if(${chat}, durations[i + 1] / 1e6 * (0.2 + 0.3 * ${v("25")}), 0),
      mapFromArrays(
        ['gen_ai.operation.name', 'gen_ai.agent.name', 'gen_ai.conversation.id', 'user.id', 'customer.tier', 'cloud.region', if(${chat}, 'gen_ai.response.id', 'code.function.name')],
        [multiIf(i = 0, 'invoke_agent', ${chat}, 'chat', 'execute_tool'), ${sqlList(AGENTS)}[agent_no], session, user,
          ['free', 'pro', 'enterprise'][cityHash64(user) % 3 + 1], ['eu-central-1', 'us-east-1'][t % 2 + 1],
          if(${chat}, concat('resp_', hex(cityHash64(t, i))), 'run')])::Map(LowCardinality(String), String),
      if(${chat}, map('gen_ai.request.temperature', round(${v("26")}, 1), 'gen_ai.request.max_tokens', 1024., 'gen_ai.usage.input_tokens', toFloat64(input + cached), 'gen_ai.usage.output_tokens', toFloat64(output + reasoning)), map('retry.count', toFloat64(toUInt8(${v("27")} * 3)))),
      map('stream', t % 2 = 0), if(${chat}, map('gen_ai.response.finish_reasons', '["stop"]'), map()),
      if(i > 0 AND NOT ${chat}, map('gen_ai.tool.call.arguments', concat('{"id":', toString(t), '}')), map()),
      if(${chat}, ['gen_ai.input.messages', 'gen_ai.output.messages'], []),
      if(${chat}, [toUInt16(i + 2), toUInt16(1)], []),
      if(${chat}, arrayConcat(arraySlice(hashes, 1, i + 1), [closing], [hashes[i + 2]]), []),
      map('service.name', concat(${sqlList(AGENTS)}[agent_no], '-service'), 'service.version', version,
        'host.name', concat('node-', toString(t % 24)), 'deployment.environment.name', env, 'telemetry.sdk.language', 'python'),
      'opentelemetry.instrumentation.genai', '1.0.0'
    FROM (${traceSql(slice)}) ARRAY JOIN range(n) AS i
    SETTINGS max_partitions_per_insert_block = 0`;
}
