import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";
import { findPrometheus, type RunningPrometheus, startPrometheus } from "./support/prometheus.ts";
import { storedExemplars, storedSamples } from "./support/stored-samples.ts";

const program = findPrometheus();
const WITHIN = { timeout: 40_000, interval: 250 };
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

/** What the target of the scrapes says, with an exemplar as OpenMetrics has them. */
const EXPOSITION = `# TYPE seconds histogram
seconds_bucket{le="0.5"} 3 # {trace_id="${TRACE_ID}"} 0.4
seconds_bucket{le="+Inf"} 4
seconds_count 4
seconds_sum 2.5
# TYPE temperature gauge
temperature{room="a"} -3.5
# EOF
`;

describe.skipIf(!program)("Prometheus itself (skipped: no Prometheus found)", () => {
  let test: ListeningApp;
  let target: Server;
  let prometheus: RunningPrometheus;
  beforeAll(async () => {
    test = await startListeningApp();
    target = createServer((_request, response) =>
      response.setHeader("content-type", "application/openmetrics-text; version=1.0.0").end(EXPOSITION),
    );
    await once(target.listen(0, "127.0.0.1"), "listening");
    const { port } = target.address() as AddressInfo;
    prometheus = await startPrometheus(
      program!,
      `
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: signals, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }]
remote_write:
  - url: ${test.url}/api/v1/write
    basic_auth: { username: prometheus, password: ${test.key} }
    send_exemplars: true
    queue_config: { batch_send_deadline: 200ms }
`,
    );
  });
  afterAll(async () => {
    await prometheus?.stop();
    target?.close();
    await test?.close();
  });

  it("writes what it scrapes", { timeout: 60_000 }, async () => {
    await expect
      .poll(async () => (await storedSamples(test, "temperature")).length, WITHIN)
      .toBeGreaterThan(1);
    const { port } = target.address() as AddressInfo;
    const scraped = { job: "signals", instance: `127.0.0.1:${port}` };
    expect((await storedSamples(test, "temperature"))[0]).toMatchObject({
      kind: "gauge",
      value: -3.5,
      attributes: { ...scraped, room: "a" },
    });
    expect((await storedSamples(test, "seconds_bucket"))[0]).toMatchObject({
      kind: "sum",
      temporality: "cumulative",
      monotonic: 1,
      attributes: { ...scraped, le: "+Inf" },
      value: 4,
    });
    expect((await storedExemplars(test, "seconds_bucket"))[0]).toMatchObject({ trace: TRACE_ID, value: 0.4 });
    expect(prometheus.output()).toBe("");
  });

  it("marks the end of series whose target is gone", { timeout: 60_000 }, async () => {
    target.close();
    target.closeAllConnections();
    await expect.poll(async () => (await storedSamples(test, "temperature")).at(-1)?.flags, WITHIN).toBe(1);
    expect((await storedSamples(test, "up")).map(({ value }) => value)).toContain(0);
  });
});
