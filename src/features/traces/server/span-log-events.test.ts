import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { sendSpans, testSpan } from "#test/support/otlp.ts";
import { logRecord, logsExport, otlpAttributes, sendExport } from "#test/support/signals.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const chat = () =>
  testSpan({
    name: "chat gpt-4o-mini",
    attributes: {
      "gen_ai.system": "openai",
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-4o-mini",
    },
  });
const read = async ({ traceId, spanId }: { traceId: string; spanId: string }) => {
  const url = `/api/v1/spans/${spanId}?trace_id=${traceId}`;
  return (await test.app.inject({ url, headers: test.keyHeaders })).json();
};
const kvlist = (of: Record<string, string>) => ({ kvlistValue: { values: otlpAttributes(of) } });

it("messages that came as log events stand with their span", async () => {
  const span = chat();
  await sendSpans(test.app, test.keyHeaders, [span]);
  const event = (eventName: string, body: object, at: number) => ({
    ...logRecord("", at, { eventName, traceId: span.traceId, spanId: span.spanId }),
    body,
  });
  const choice = {
    kvlistValue: {
      values: [
        ...otlpAttributes({ index: 0, finish_reason: "stop" }),
        { key: "message", value: kvlist({ content: "Hello!", role: "assistant" }) },
      ],
    },
  };
  await sendExport(
    test.app,
    test.keyHeaders,
    "logs",
    logsExport([
      event("gen_ai.system.message", kvlist({ content: "Be kind." }), Date.now()),
      event("gen_ai.user.message", kvlist({ content: "Hi" }), Date.now() + 1),
      event("gen_ai.choice", choice, Date.now() + 2),
    ]),
  );
  const { input_messages, output_messages } = await read(span);
  expect(input_messages).toMatchObject([
    { role: "system", content: "Be kind." },
    { role: "user", content: "Hi" },
  ]);
  expect(output_messages).toMatchObject([{ role: "assistant", content: "Hello!" }]);
});

it("messages that came in one log event stand with their span", async () => {
  const span = chat();
  await sendSpans(test.app, test.keyHeaders, [span]);
  const record = logRecord("", Date.now(), {
    eventName: "gen_ai.client.inference.operation.details",
    traceId: span.traceId,
    spanId: span.spanId,
    attributes: otlpAttributes({
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: "Hi" }] }]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: "Hello!" }] },
      ]),
    }),
  });
  await sendExport(test.app, test.keyHeaders, "logs", logsExport([record]));
  const { input_messages, output_messages } = await read(span);
  expect(input_messages).toMatchObject([{ role: "user", content: "Hi" }]);
  expect(output_messages).toMatchObject([{ role: "assistant", content: "Hello!" }]);
});

it("a span without any messages has none", async () => {
  const span = chat();
  await sendSpans(test.app, test.keyHeaders, [span]);
  expect(await read(span)).toMatchObject({ input_messages: [], output_messages: [] });
});
