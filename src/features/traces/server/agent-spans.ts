/** How far before a range agents are looked for: a trace names its agent at its root, which may have begun earlier. */
const BEFORE = "INTERVAL 6 HOUR";

/**
 * `spans` as a subquery in which each span has the agent it worked for: its own, else the first one its trace names.
 * Model and tool calls of many producers name none, so sums by agent would leave out what agents spend.
 *
 * `ranges` are conditions on `start_time` that choose the spans, in trusted SQL with bound values; `around` bounds
 * where agents are looked for, as two DateTime expressions. Costs a hash table of the traces in between that name an
 * agent; columns that the outer query does not use are not read.
 */
export function spansOfAgents(ranges: string, around: { from: string; to: string }): string {
  return `(SELECT spans.* REPLACE(if(spans.agent = '', named.agent, spans.agent) AS agent)
      FROM spans
      LEFT ANY JOIN (
        SELECT trace_id, argMin(spans.agent, start_time) AS agent FROM spans
        WHERE project_id = {project_id:UUID} AND spans.agent != ''
          AND toStartOfFiveMinutes(start_time) >= ${around.from} - ${BEFORE}
          AND toStartOfFiveMinutes(start_time) <= ${around.to} + INTERVAL 1 HOUR
        GROUP BY trace_id
      ) AS named ON named.trace_id = spans.trace_id
      WHERE spans.project_id = {project_id:UUID} AND (${ranges}))`;
}
