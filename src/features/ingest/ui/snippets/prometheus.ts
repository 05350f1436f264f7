import type { Snippet } from "./snippet.ts";

/** Metrics of machines and services that Prometheus scrapes, or that Telegraf collects. */
export const prometheus: Snippet = {
  id: "prometheus",
  label: "Prometheus",
  intro: "Metrics by remote write (1.0 and 2.0), or by InfluxDB line protocol from Telegraf and its like.",
  steps: ({ api, key }) => [
    {
      title: "prometheus.yml",
      code: `remote_write:
  - url: ${api}/api/v1/write
    headers:
      x-api-key: ${key}`,
    },
    {
      title: "telegraf.conf",
      code: `[[outputs.influxdb_v2]]
  urls = ["${api}"]
  token = "${key}"
  organization = "flightdeck"
  bucket = "flightdeck"`,
    },
  ],
};
