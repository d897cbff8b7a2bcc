// Decides PostgreSQL's settings for this machine. Pure. Modest on purpose: Aviary at rest is to fit in 350 MiB, and the
// operating system's cache serves what shared_buffers does not. Never trades durability for speed: a test server does
// that by overriding settings for itself.

const MIB = 1024 * 1024

/** The settings as `name → value`, in PostgreSQL's own names and units. `totalBytes` is the machine's memory. */
export function serverSettings(options: {
  totalBytes: number
  socketDir: string
  overrides?: Readonly<Record<string, string>>
}): Record<string, string> {
  const total = Math.floor(options.totalBytes / MIB)
  const share = (part: number, least: number, most: number) =>
    `${Math.min(most, Math.max(least, Math.floor(total / part)))}MB`
  return {
    cluster_name: "aviary",
    // Reached only through the socket's directory, which only the server's user and root can enter.
    listen_addresses: "",
    unix_socket_directories: options.socketDir,
    unix_socket_permissions: "0700",
    port: "5432",
    max_connections: "60",

    shared_buffers: share(32, 64, 128),
    effective_cache_size: share(2, 256, 64 * 1024),
    work_mem: "4MB",
    maintenance_work_mem: share(32, 32, 256),
    // A pool of I/O workers and parallel workers costs memory at rest and gains nothing on short queries.
    io_method: "sync",
    max_worker_processes: "4",
    max_parallel_workers: "2",
    max_parallel_workers_per_gather: "0",
    autovacuum_max_workers: "2",
    // Compiling a query takes longer than running one of ours.
    jit: "off",
    random_page_cost: "1.1",

    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    wal_level: "replica",
    wal_buffers: "8MB",
    max_wal_size: "1GB",
    min_wal_size: "80MB",
    checkpoint_timeout: "15min",
    max_wal_senders: "3",

    timezone: "UTC",
    log_timezone: "UTC",
    log_destination: "stderr",
    logging_collector: "off",
    log_line_prefix: "%m [%p] ",
    log_min_messages: "warning",
    log_checkpoints: "off",
    ...options.overrides,
  }
}

/** The arguments that start a server on `clusterDir` with these settings. They override every configuration file. */
export function serverArguments(clusterDir: string, settings: Readonly<Record<string, string>>): string[] {
  return [
    "-D",
    clusterDir,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]
}
