import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What the configuration of the embedded ClickHouse depends on. */
export interface EngineConfigOptions {
  dataPath: string;
  backupPath: string;
  memoryLimitBytes: number;
}

const MIB = 1024 * 1024;

/**
 * Server configuration for a small machine that also runs everything else: small caches, few background
 * threads, no internal log tables, backups allowed into one folder.
 */
export function engineConfigXml(options: EngineConfigOptions): string {
  const cache = Math.max(16 * MIB, Math.min(256 * MIB, Math.round(options.memoryLimitBytes / 16)));
  const logTables = [
    "query_log",
    "query_thread_log",
    "query_views_log",
    "query_metric_log",
    "part_log",
    "trace_log",
    "text_log",
    "metric_log",
    "asynchronous_metric_log",
    "asynchronous_insert_log",
    "error_log",
    "crash_log",
    "opentelemetry_span_log",
    "processors_profile_log",
    "session_log",
    "zookeeper_log",
    "transactions_info_log",
    "backup_log",
    "blob_storage_log",
    "latency_log",
    "background_schedule_pool_log",
    "aggregated_zookeeper_log",
    "zookeeper_connection_log",
  ];
  return `<clickhouse>
  <max_server_memory_usage>${options.memoryLimitBytes}</max_server_memory_usage>
  <mark_cache_size>${cache}</mark_cache_size>
  <index_mark_cache_size>${16 * MIB}</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <query_cache><max_size_in_bytes>${16 * MIB}</max_size_in_bytes></query_cache>
  <mmap_cache_size>256</mmap_cache_size>
  <background_pool_size>${Math.max(2, Math.min(8, availableParallelism()))}</background_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <merge_tree><number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation><number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge><number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition></merge_tree>
  <tmp_path>${xml(join(options.dataPath, "tmp/"))}</tmp_path>
  <backups><allowed_path>${xml(`${options.backupPath}/`)}</allowed_path></backups>
${logTables.map((name) => `  <${name} remove="1"/>`).join("\n")}
</clickhouse>
`;
}

/** Default limits of every query, overridden by a request's own settings. */
export function queryDefaults(memoryLimitBytes: number): Record<string, number> {
  return {
    max_memory_usage: Math.round(memoryLimitBytes * 0.7),
    max_bytes_before_external_group_by: Math.round(memoryLimitBytes * 0.3),
    max_bytes_before_external_sort: Math.round(memoryLimitBytes * 0.3),
    max_execution_time: 60,
    // Parameters travel in the statement's text here, so the limit on a statement is one on them too.
    max_query_size: 64 * MIB,
    log_queries: 0,
  };
}

function xml(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
