import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { createTenant, type Tenant } from "#test/support/tenant.ts";
import type { ListedSpan, TraceSummary } from "../trace-contract.ts";
import { excerptOf, wordsOf } from "./message-search.ts";
import { parseWhere } from "./where-expression.ts";

const BASE = Date.now() - 5 * 3_600_000;
/** Long enough to be cut into pieces of its own. */
const FILLER = "The customer wrote about an order and its delivery. ".repeat(80);

let test: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test = await createTestApp();
  tenant = await createTenant(test.context);
  const chat = (text: string) => ({
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.output_tokens": text.length % 97,
    "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: text }] }]),
  });
  await sendSpans(test.app, tenant.keyHeaders, [
    ...Array.from({ length: 20 }, (_, i) =>
      testSpan({
        startMs: BASE + i * 60_000,
        durationMs: 100 + ((i * 7) % 20),
        name: `chat ${i}`,
        attributes: chat(`${FILLER} request number ${i}`),
      }),
    ),
    testSpan({
      startMs: BASE,
      name: "long",
      attributes: chat(`${FILLER} The Zeppelin landed in "Friedrichshafen".`),
    }),
    testSpan({ startMs: BASE, name: "short", attributes: chat("A zeppelin is an airship") }),
  ]);
});
afterAll(() => test.close());

interface SpanListAnswer {
  data: ListedSpan[];
  next_cursor: string | null;
  truncated: boolean;
}
async function list(query: string, who = tenant): Promise<SpanListAnswer> {
  const response = await test.app.inject({ url: `/api/v1/spans?${query}`, headers: who.keyHeaders });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}
const names = async (query: string) => (await list(query)).data.map(({ name }) => name);

describe("the list of spans", () => {
  it.each(["-time", "time", "-duration", "-tokens", "-cost"])(
    "sorted by %s pages without gaps or repeats",
    async (sort) => {
      const whole = (await list(`sort=${sort}&limit=100`)).data.map(({ span_id }) => span_id);
      expect(whole).toHaveLength(22);
      for (const limit of [1, 7]) {
        const paged: string[] = [];
        let cursor = "";
        do {
          const page = await list(`sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
          paged.push(...page.data.map(({ span_id }) => span_id));
          cursor = page.next_cursor ?? "";
        } while (cursor);
        expect(paged).toEqual(whole);
      }
    },
  );

  it("has the newest first, or the longest", async () => {
    expect((await names("limit=2"))[0]).toBe("chat 19");
    const durations = (await list("sort=-duration")).data.map(({ duration_ms }) => duration_ms);
    expect(durations).toEqual([...durations].sort((a, b) => b - a));
  });

  it("is filtered by name, id and any condition", async () => {
    expect(await names("q=CHAT%207")).toEqual(["chat 7"]);
    const [{ span_id: id } = { span_id: "" }] = (await list("q=long")).data;
    expect(await names(`q=${id}`)).toEqual(["long"]);
    expect(await names("where=duration_ms>=119")).toHaveLength(1);
  });

  it("refuses a cursor of another order", async () => {
    const { next_cursor } = await list("limit=1");
    const response = await test.app.inject({
      url: `/api/v1/spans?sort=-duration&cursor=${next_cursor}`,
      headers: tenant.keyHeaders,
    });
    expect(response.json()).toMatchObject({ status: 400, code: "invalid_cursor" });
  });

  it("shows nothing to others", async () => {
    expect((await list("", await createTenant(test.context))).data).toEqual([]);
    expect((await test.app.inject({ url: "/api/v1/spans" })).statusCode).toBe(401);
  });
});

describe("words of messages", () => {
  it("are found in long content and in short, whatever their case, with the place", async () => {
    const { data } = await list("message=zeppelin");
    expect(data.map(({ name }) => name).sort()).toEqual(["long", "short"]);
    for (const { match } of data) expect(match!.excerpt.toLowerCase()).toContain("zeppelin");
    expect(data.find(({ name }) => name === "long")!.match!.excerpt).toContain('landed in "Friedrichshafen"');
  });

  it("must all be there, in any order", async () => {
    expect(await names("message=friedrichshafen%20ZEPPELIN")).toEqual(["long"]);
    expect(await names("message=zeppelin%20submarine")).toEqual([]);
    expect(await names("message=zeppelin&q=short")).toEqual(["short"]);
  });

  it("find traces as well", async () => {
    const response = await test.app.inject({
      url: "/api/v1/traces?message=zeppelin%20landed",
      headers: tenant.keyHeaders,
    });
    expect((response.json().data as TraceSummary[]).map(({ name }) => name)).toEqual(["long"]);
  });

  it("of another project are not found", async () => {
    expect((await list("message=zeppelin", await createTenant(test.context))).data).toEqual([]);
  });

  it("must be words", async () => {
    const response = await test.app.inject({ url: "/api/v1/spans?message=!!!", headers: tenant.keyHeaders });
    expect(response.json()).toMatchObject({ status: 400, code: "invalid_filter" });
    expect(wordsOf("Order #12, Über-Größe order")).toEqual(["order", "12", "über", "größe"]);
  });

  it("are shown with what stands around them", () => {
    expect(excerptOf(`${"a ".repeat(200)}needle${" b".repeat(200)}`, ["needle"])).toMatch(
      /^…a a .*needle b b.*…$/,
    );
    expect(excerptOf('{\\"x\\":\\"needle\\"}\\nend', ["needle"])).toBe('{"x":"needle"} end');
  });
});

describe("conditions", () => {
  it.each([
    ["model=gpt-4o", { name: "model", kind: "column", operator: "=", value: "gpt-4o" }],
    ["attribute:model=x", { name: "model", kind: "attribute", operator: "=", value: "x" }],
    ["duration_ms>=5000", { name: "duration_ms", kind: "column", operator: ">=", value: "5000" }],
    ["http.url~a=b", { name: "http.url", kind: "attribute", operator: "~", value: "a=b" }],
    ["retry.count?", { name: "retry.count", kind: "attribute", operator: "?", value: "" }],
    ["note=", { name: "note", kind: "attribute", operator: "=", value: "" }],
    ["x != y ", { name: "x", kind: "attribute", operator: "!=", value: "y" }],
  ])("%s are read", (text, expected) => {
    expect(parseWhere(text)).toEqual(expected);
  });

  it.each(["", "?", "=x", "plain", "cost_usd>cheap", "size<", "status=bad"])("%j are refused", (text) => {
    expect(() => parseWhere(text)).toThrow(/cannot be read/);
  });
});
