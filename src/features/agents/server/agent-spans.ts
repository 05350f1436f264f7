/** Operations whose span is a run of an agent. */
export const RUN_OPERATIONS = "('invoke_agent', 'invoke_workflow')";

/** Spans that start in a range, by primary key; bind `from_ms` and `to_ms`. */
export const IN_RANGE = `project_id = {project_id:UUID}
     AND toStartOfFiveMinutes(start_time) BETWEEN toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
       AND toStartOfFiveMinutes(fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC'))
     AND start_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
     AND start_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;

export const TOKENS_SQL =
  "tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_output + " +
  "tokens_reasoning + tokens_input_audio + tokens_output_audio";

/** The version each trace of one agent ran as, as its own spans tell; many spans below them do not. */
export const TRACE_VERSIONS = `SELECT trace_id, argMin(agent_version, start_time) AS run_version FROM spans
   WHERE ${IN_RANGE} AND agent = {agent:String} AND operation IN ${RUN_OPERATIONS} AND agent_version != ''
   GROUP BY trace_id`;

/**
 * The spans of one agent, `{agent:String}`: those that name it, and those without a name in traces that it began,
 * since many libraries name the agent on its own span only.
 */
export const OWN_SPANS = `SELECT trace_id, start_time, duration_ns, status, operation, cost_usd, agent_version, model, tool, error_type,
     ${TOKENS_SQL} AS tokens, operation IN ${RUN_OPERATIONS} AND agent = {agent:String} AS is_run
   FROM spans
   WHERE ${IN_RANGE}
     AND (agent = {agent:String} OR (agent = '' AND operation != '' AND trace_id IN (
       SELECT trace_id FROM spans
       WHERE ${IN_RANGE} AND agent != '' AND operation IN ${RUN_OPERATIONS}
       GROUP BY trace_id HAVING argMin(agent, start_time) = {agent:String})))`;
