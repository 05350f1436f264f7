/**
 * What hosts and processes measure, whichever agent sends it. Names and labels are stored as sent; this table
 * says at read time which stored metrics tell a canonical one, and how. Canonical utilizations are shares from 0
 * to 1, sizes bytes, times seconds, and traffic bytes per second.
 */

/** Unit of each canonical metric, in UCUM; rates are told per second. */
export const HOST_METRIC_UNITS = {
  "host.cpu.utilization": "1",
  "host.load.1m": "1",
  "host.load.5m": "1",
  "host.load.15m": "1",
  "host.memory.limit": "By",
  "host.memory.usage": "By",
  "host.memory.utilization": "1",
  "host.filesystem.utilization": "1",
  "host.disk.read": "By/s",
  "host.disk.write": "By/s",
  "host.network.receive": "By/s",
  "host.network.transmit": "By/s",
  "host.uptime": "s",
  "process.cpu.utilization": "1",
  "process.memory.usage": "By",
  "process.open_files": "{file}",
} as const;

/** The canonical metrics, after OpenTelemetry's where it has one: https://opentelemetry.io/docs/specs/semconv/system/system-metrics/ */
export type HostMetric = keyof typeof HOST_METRIC_UNITS;

/** One stored metric that tells a canonical one. */
export interface HostMetricSource {
  agent: "opentelemetry" | "prometheus" | "telegraf";
  /** Name as sent. */
  metric: string;
  /** Labels that a series must have, with one of these values; a series without the label does not count. */
  where?: Readonly<Record<string, readonly string[]>>;
  /** Labels that a series must not have with these values. */
  except?: Readonly<Record<string, readonly string[]>>;
  /** Whether the value itself counts, or how much it grows per second. */
  reading: "value" | "rate";
  /** How the series of one host at one time become one number, each after it was read and calculated with. */
  fold: "sum" | "avg" | "max";
  /**
   * A stored metric that is taken off the value, or that the value is divided by: its sum over the series with the
   * same labels, those of `where` aside.
   */
  minus?: string;
  over?: string;
  /** Factor to the canonical unit; 1 unless told. */
  scale?: number;
  /** True where what is stored is the part that is free: the canonical value is 1 minus it. */
  complement?: true;
}

const IDLE = ["idle"];
const PERCENT = 0.01;
const LOOPBACK = { device: ["lo"], interface: ["lo"] };

/** `state` and `direction` are the labels of the Collector's host metrics; the dotted ones are of the conventions. */
export const HOST_METRIC_SOURCES: Readonly<Record<HostMetric, readonly HostMetricSource[]>> = {
  "host.cpu.utilization": [
    otel("system.cpu.utilization", "avg", { where: { state: IDLE }, complement: true }),
    otel("system.cpu.utilization", "avg", { where: { "cpu.mode": IDLE }, complement: true }),
    otel("system.cpu.time", "avg", {
      over: "system.cpu.time",
      where: { state: IDLE },
      reading: "rate",
      complement: true,
    }),
    otel("system.cpu.time", "avg", {
      over: "system.cpu.time",
      where: { "cpu.mode": IDLE },
      reading: "rate",
      complement: true,
    }),
    prometheus("node_cpu_seconds_total", "avg", {
      over: "node_cpu_seconds_total",
      where: { mode: IDLE },
      reading: "rate",
      complement: true,
    }),
    prometheus("windows_cpu_time_total", "avg", {
      over: "windows_cpu_time_total",
      where: { mode: IDLE },
      reading: "rate",
      complement: true,
    }),
    telegraf("cpu_usage_idle", "avg", { where: { cpu: ["cpu-total"] }, scale: PERCENT, complement: true }),
  ],
  "host.load.1m": [
    otel("system.cpu.load_average.1m", "max"),
    prometheus("node_load1", "max"),
    telegraf("system_load1", "max"),
  ],
  "host.load.5m": [
    otel("system.cpu.load_average.5m", "max"),
    prometheus("node_load5", "max"),
    telegraf("system_load5", "max"),
  ],
  "host.load.15m": [
    otel("system.cpu.load_average.15m", "max"),
    prometheus("node_load15", "max"),
    telegraf("system_load15", "max"),
  ],
  "host.memory.limit": [
    otel("system.memory.limit", "max"),
    prometheus("node_memory_MemTotal_bytes", "max"),
    telegraf("mem_total", "max"),
  ],
  "host.memory.usage": [
    otel("system.memory.usage", "sum", { where: { state: ["used"] } }),
    otel("system.memory.usage", "sum", { where: { "system.memory.state": ["used"] } }),
    prometheus("node_memory_MemTotal_bytes", "max", { minus: "node_memory_MemAvailable_bytes" }),
    telegraf("mem_used", "max"),
  ],
  "host.memory.utilization": [
    otel("system.memory.utilization", "sum", { where: { state: ["used"] } }),
    otel("system.memory.utilization", "sum", { where: { "system.memory.state": ["used"] } }),
    prometheus("node_memory_MemAvailable_bytes", "max", {
      over: "node_memory_MemTotal_bytes",
      complement: true,
    }),
    telegraf("mem_used_percent", "max", { scale: PERCENT }),
  ],
  "host.filesystem.utilization": [
    otel("system.filesystem.utilization", "max"),
    prometheus("node_filesystem_avail_bytes", "max", {
      over: "node_filesystem_size_bytes",
      complement: true,
      except: { fstype: ["tmpfs", "ramfs", "overlay", "squashfs"] },
    }),
    telegraf("disk_used_percent", "max", {
      scale: PERCENT,
      except: { fstype: ["tmpfs", "ramfs", "overlay", "squashfs"] },
    }),
  ],
  "host.disk.read": [
    otel("system.disk.io", "sum", { where: { direction: ["read"] }, reading: "rate" }),
    otel("system.disk.io", "sum", { where: { "disk.io.direction": ["read"] }, reading: "rate" }),
    prometheus("node_disk_read_bytes_total", "sum", { reading: "rate" }),
    telegraf("diskio_read_bytes", "sum", { reading: "rate" }),
  ],
  "host.disk.write": [
    otel("system.disk.io", "sum", { where: { direction: ["write"] }, reading: "rate" }),
    otel("system.disk.io", "sum", { where: { "disk.io.direction": ["write"] }, reading: "rate" }),
    prometheus("node_disk_written_bytes_total", "sum", { reading: "rate" }),
    telegraf("diskio_write_bytes", "sum", { reading: "rate" }),
  ],
  "host.network.receive": [
    otel("system.network.io", "sum", {
      where: { direction: ["receive"] },
      except: LOOPBACK,
      reading: "rate",
    }),
    otel("system.network.io", "sum", {
      where: { "network.io.direction": ["receive"] },
      except: { "network.interface.name": ["lo"] },
      reading: "rate",
    }),
    prometheus("node_network_receive_bytes_total", "sum", { except: LOOPBACK, reading: "rate" }),
    telegraf("net_bytes_recv", "sum", { except: { interface: ["lo", "all"] }, reading: "rate" }),
  ],
  "host.network.transmit": [
    otel("system.network.io", "sum", {
      where: { direction: ["transmit"] },
      except: LOOPBACK,
      reading: "rate",
    }),
    otel("system.network.io", "sum", {
      where: { "network.io.direction": ["transmit"] },
      except: { "network.interface.name": ["lo"] },
      reading: "rate",
    }),
    prometheus("node_network_transmit_bytes_total", "sum", { except: LOOPBACK, reading: "rate" }),
    telegraf("net_bytes_sent", "sum", { except: { interface: ["lo", "all"] }, reading: "rate" }),
  ],
  "host.uptime": [otel("system.uptime", "max"), telegraf("system_uptime", "max")],
  "process.cpu.utilization": [
    otel("process.cpu.utilization", "sum"),
    otel("process.cpu.time", "sum", { reading: "rate" }),
    prometheus("process_cpu_seconds_total", "sum", { reading: "rate" }),
    telegraf("procstat_cpu_usage", "sum", { scale: PERCENT }),
  ],
  "process.memory.usage": [
    otel("process.memory.usage", "sum"),
    prometheus("process_resident_memory_bytes", "sum"),
    telegraf("procstat_memory_rss", "sum"),
  ],
  "process.open_files": [
    otel("process.unix.file_descriptor.count", "sum"),
    otel("process.open_file_descriptors", "sum"),
    prometheus("process_open_fds", "sum"),
    telegraf("procstat_num_fds", "sum"),
  ],
};

type Details = Partial<Omit<HostMetricSource, "agent" | "metric" | "fold">>;

function otel(metric: string, fold: HostMetricSource["fold"], details: Details = {}): HostMetricSource {
  return { agent: "opentelemetry", metric, fold, reading: "value", ...details };
}

function prometheus(metric: string, fold: HostMetricSource["fold"], details: Details = {}): HostMetricSource {
  return { agent: "prometheus", metric, fold, reading: "value", ...details };
}

function telegraf(metric: string, fold: HostMetricSource["fold"], details: Details = {}): HostMetricSource {
  return { agent: "telegraf", metric, fold, reading: "value", ...details };
}

/** Labels by name; names and values as sent. */
export type LabelMap = Readonly<Record<string, string>>;

/** Canonical metrics that a series tells, each with how; none for a series that is not about hosts or processes. */
export function hostMetricsOf(
  metric: string,
  attributes: LabelMap,
): { canonical: HostMetric; source: HostMetricSource }[] {
  return (SOURCES_BY_METRIC.get(metric) ?? []).filter(({ source }) => isAbout(source, attributes));
}

const SOURCES_BY_METRIC = new Map<string, { canonical: HostMetric; source: HostMetricSource }[]>();
for (const [canonical, sources] of Object.entries(HOST_METRIC_SOURCES)) {
  for (const source of sources) {
    const known = SOURCES_BY_METRIC.get(source.metric) ?? [];
    SOURCES_BY_METRIC.set(source.metric, [...known, { canonical: canonical as HostMetric, source }]);
  }
}

function isAbout({ where = {}, except = {} }: HostMetricSource, attributes: LabelMap): boolean {
  const has = ([label, values]: [string, readonly string[]]) => values.includes(attributes[label] ?? "");
  return Object.entries(where).every(has) && !Object.entries(except).some(has);
}

/** Where senders say which host they are on, most trusted first: OpenTelemetry, Telegraf, Prometheus. */
export const HOST_LABELS = ["host.name", "host", "hostname", "instance"] as const;

/** The host a series is about; empty when it does not say. Prometheus' `instance` loses its port. */
export function hostOf(attributes: LabelMap, resource: LabelMap): string {
  for (const label of HOST_LABELS) {
    const host = resource[label] || attributes[label];
    if (host) return label === "instance" ? withoutPort(host) : host;
  }
  return "";
}

function withoutPort(instance: string): string {
  const match = /^(?:\[(.+)\]|([^:]+))(?::\d+)?$/.exec(instance);
  return match ? (match[1] ?? match[2])! : instance;
}
