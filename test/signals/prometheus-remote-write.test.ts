import { pushTimeseries } from "prometheus-remote-write";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";
import { storedSamples } from "./support/stored-samples.ts";

let test: ListeningApp;
beforeAll(async () => {
  test = await startListeningApp();
});
afterAll(() => test.close());

describe("the remote write client of npm", () => {
  const time = Date.now() - 5000;
  const push = (password: string) =>
    pushTimeseries(
      [
        {
          labels: { __name__: "rw_http_requests_total", job: "api", instance: "web-1:9100" },
          samples: [
            { value: 5, timestamp: time },
            { value: 9, timestamp: time + 1000 },
          ],
        },
        { labels: { __name__: "rw_temperature", room: "a" }, samples: [{ value: -3.5, timestamp: time }] },
      ],
      { url: `${test.url}/api/v1/write`, auth: { username: "prometheus", password }, fetch: fetch as never },
    );

  it("is taken, with the key as Basic password", async () => {
    expect(await push(test.key)).toMatchObject({ status: 204 });
    expect(await push(test.key)).toMatchObject({ status: 204 });
    expect(await storedSamples(test, "rw_")).toMatchObject([
      {
        metric: "rw_http_requests_total",
        kind: "sum",
        temporality: "cumulative",
        monotonic: 1,
        attributes: { job: "api", instance: "web-1:9100" },
        time_ms: time,
        value: 5,
      },
      { metric: "rw_temperature", kind: "gauge", value: -3.5 },
      { metric: "rw_http_requests_total", time_ms: time + 1000, value: 9 },
    ]);
  });

  it("is refused with a wrong key", async () => {
    expect(await push("fd_wrong")).toMatchObject({ status: 401 });
  });
});
