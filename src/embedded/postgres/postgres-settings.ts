/**
 * Settings of the embedded PostgreSQL for a machine of 2 cores and 4 GB that also runs everything else.
 * Durability is untouched: fsync, synchronous_commit and full_page_writes keep their safe defaults, and are
 * named so that nobody need wonder.
 */
export function postgresSettings(port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: "127.0.0.1",
    // Sockets in a shared folder could be opened by any user of the machine.
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    max_connections: "100",
    shared_buffers: "64MB",
    effective_cache_size: "512MB",
    work_mem: "8MB",
    maintenance_work_mem: "64MB",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    wal_level: "replica",
    max_wal_size: "512MB",
    min_wal_size: "80MB",
    checkpoint_timeout: "15min",
    max_wal_senders: "2",
    max_replication_slots: "2",
    max_worker_processes: "4",
    max_parallel_workers: "2",
    max_parallel_workers_per_gather: "1",
    autovacuum_max_workers: "2",
    io_method: "sync",
    jit: "off",
    random_page_cost: "1.1",
    idle_in_transaction_session_timeout: "60s",
    logging_collector: "off",
    log_destination: "stderr",
    log_line_prefix: "",
    log_checkpoints: "off",
    log_min_messages: "warning",
    timezone: "UTC",
    log_timezone: "UTC",
  };
}
