import { HttpError, InfluxDB, Point, setLogger, type WriteOptions } from "@influxdata/influxdb-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListeningApp, startListeningApp } from "./support/listening-app.ts";
import { storedSamples } from "./support/stored-samples.ts";

let test: ListeningApp;
beforeAll(async () => {
  // Its logger prints what the tests look at.
  setLogger({ error: () => {}, warn: () => {} });
  test = await startListeningApp();
});
afterAll(() => test.close());

/** Without retries: what the server answers first is what is tested. */
const OPTIONS: Partial<WriteOptions> = { maxRetries: 0, flushInterval: 0, gzipThreshold: 100 };

const writer = (token: string) =>
  new InfluxDB({ url: test.url, token }).getWriteApi("any-org", "any-bucket", "ms", OPTIONS);

describe("InfluxDB's client", () => {
  it("writes points, which are kept as gauges", async () => {
    const time = new Date(Date.now() - 5000);
    const api = writer(test.key);
    api.useDefaultTags({ host: "web 1,a=b" });
    api.writePoints([
      new Point("cpu").tag("cpu", "cpu-total").floatField("usage_idle", 85.5).timestamp(time),
      new Point("cpu").tag("cpu", "cpu0").intField("value", -3).booleanField("hot", true).timestamp(time),
      new Point("sys").stringField("release", 'the "first" \\ \nline').uintField("up", 7).timestamp(time),
    ]);
    await api.close();
    const stored = [...(await storedSamples(test, "cpu")), ...(await storedSamples(test, "sys"))];
    expect(stored.map(({ metric, value, attributes }) => [metric, value, attributes])).toEqual([
      ["cpu", -3, { cpu: "cpu0", host: "web 1,a=b" }],
      ["cpu_hot", 1, { cpu: "cpu0", host: "web 1,a=b" }],
      ["cpu_usage_idle", 85.5, { cpu: "cpu-total", host: "web 1,a=b" }],
      ["sys_up", 7, { host: "web 1,a=b" }],
    ]);
    expect(stored.every(({ kind, time_ms }) => kind === "gauge" && time_ms === time.getTime())).toBe(true);
  });

  it("is told which lines were refused, while the others are stored", async () => {
    const api = writer(test.key);
    api.writeRecords(["good v=1i", "bad v=one", "good w=2"]);
    const error = await api.close().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpError);
    const { statusCode, body } = error as HttpError;
    expect(statusCode).toBe(400);
    expect(JSON.parse(body!)).toMatchObject({
      code: "partial_write",
      message: expect.stringMatching(/^partial write: Rejected 1 of 3 lines: /),
      errors: [{ path: "line 2", code: "rejected", detail: expect.stringContaining("not a number") }],
    });
    expect((await storedSamples(test, "good")).map(({ metric }) => metric).sort()).toEqual([
      "good_v",
      "good_w",
    ]);
  });

  it("is refused with a wrong token", async () => {
    const api = writer("fd_wrong");
    api.writeRecord("m v=1");
    await expect(api.close()).rejects.toMatchObject({ statusCode: 401 });
  });
});
