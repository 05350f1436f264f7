import { describe, expect, it } from "vitest";
import { HOST_METRIC_SOURCES, hostMetricsOf, hostOf } from "./host-metric-names.ts";

describe("a stored series", () => {
  it.each([
    ["system.cpu.utilization", { cpu: "cpu0", state: "idle" }, "host.cpu.utilization"],
    ["system.cpu.time", { "cpu.mode": "idle" }, "host.cpu.utilization"],
    ["node_cpu_seconds_total", { mode: "idle", cpu: "0" }, "host.cpu.utilization"],
    ["cpu_usage_idle", { cpu: "cpu-total" }, "host.cpu.utilization"],
    ["node_load1", {}, "host.load.1m"],
    ["system_load15", {}, "host.load.15m"],
    ["system.memory.usage", { state: "used" }, "host.memory.usage"],
    ["mem_used_percent", {}, "host.memory.utilization"],
    ["node_filesystem_avail_bytes", { mountpoint: "/", fstype: "ext4" }, "host.filesystem.utilization"],
    ["system.disk.io", { direction: "write" }, "host.disk.write"],
    ["node_network_receive_bytes_total", { device: "eth0" }, "host.network.receive"],
    ["net_bytes_sent", { interface: "eth0" }, "host.network.transmit"],
    ["system_uptime", {}, "host.uptime"],
    ["process_cpu_seconds_total", { job: "agent" }, "process.cpu.utilization"],
    ["process.memory.usage", {}, "process.memory.usage"],
    ["procstat_num_fds", {}, "process.open_files"],
  ])("%s %o tells %s", (metric, attributes, canonical) => {
    expect(hostMetricsOf(metric, attributes).map((found) => found.canonical)).toEqual([canonical]);
  });

  it.each([
    ["system.cpu.utilization", { state: "user" }],
    ["system.cpu.utilization", {}],
    ["cpu_usage_idle", { cpu: "cpu0" }],
    ["node_network_receive_bytes_total", { device: "lo" }],
    ["node_filesystem_avail_bytes", { fstype: "tmpfs" }],
    ["gen_ai.client.token.usage", {}],
  ])("%s %o tells nothing", (metric, attributes) => {
    expect(hostMetricsOf(metric, attributes)).toEqual([]);
  });

  it("may tell two canonical metrics", () => {
    expect(hostMetricsOf("node_memory_MemTotal_bytes", {}).map((found) => found.canonical)).toEqual([
      "host.memory.limit",
      "host.memory.usage",
    ]);
  });
});

describe("the table", () => {
  const sources = Object.values(HOST_METRIC_SOURCES).flat();

  it("has for every canonical metric a source of OpenTelemetry and of another agent", () => {
    for (const [canonical, known] of Object.entries(HOST_METRIC_SOURCES)) {
      const agents = new Set(known.map(({ agent }) => agent));
      expect(agents.has("opentelemetry"), canonical).toBe(true);
      expect(agents.size, canonical).toBeGreaterThan(1);
    }
  });

  it("takes shares of what is free, and of what is used, to the same side", () => {
    for (const { metric, complement } of sources) {
      const tellsFree = /idle|avail|node_cpu_seconds|windows_cpu|system\.cpu\.(time|utilization)/i.test(
        metric,
      );
      expect(complement === true, metric).toBe(tellsFree);
    }
  });

  it("takes the growth of counters, and of nothing else", () => {
    for (const { metric, reading } of sources) {
      const counts = /(seconds|bytes|time)_total$|\.io$|cpu\.time|_bytes_(recv|sent)|diskio_.*_bytes/.test(
        metric,
      );
      expect(reading, metric).toBe(counts ? "rate" : "value");
    }
  });
});

describe("the host of a series", () => {
  it.each([
    [{}, { "host.name": "web-1" }, "web-1"],
    [{ host: "web-2" }, {}, "web-2"],
    [{ instance: "web-3:9100" }, {}, "web-3"],
    [{ instance: "10.0.0.7:9100" }, {}, "10.0.0.7"],
    [{ instance: "[fd00::1]:9100" }, {}, "fd00::1"],
    [{ instance: "web-3" }, {}, "web-3"],
    [{ instance: "fd00::1" }, {}, "fd00::1"],
    [{ instance: "https://web-3/metrics" }, {}, "https://web-3/metrics"],
    [{ host: "in-label", instance: "x:1" }, { "host.name": "in-resource" }, "in-resource"],
    [{ host: "", instance: "web-3:9100" }, {}, "web-3"],
    [{ job: "node" }, { "service.name": "agent" }, ""],
  ])("with labels %o and resource %o is %j", (attributes, resource, host) => {
    expect(hostOf(attributes, resource)).toBe(host);
  });
});
