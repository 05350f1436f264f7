import { describe, expect, it } from "vitest";
import { encodeExportResponse, encodeStatus, otlpEncodingOf } from "./otlp-response.ts";
import { otlpType } from "./testing/otlp-proto.ts";

const none = { accepted: 3, rejected: 0, reasons: new Map<string, number>() };
const some = { accepted: 1, rejected: 70_000, reasons: new Map([["no time", 70_000]]) };
const sentence = "Rejected 70000 of 70001 spans: 70000 × no time.";

describe("the answer to an export", () => {
  it("is empty when everything was accepted", () => {
    expect(encodeExportResponse("traces", "protobuf", none)).toHaveLength(0);
    expect(encodeExportResponse("traces", "json", none).toString()).toBe("{}");
  });

  it("tells the count and the reasons of a partial success", () => {
    const type = otlpType("ExportTraceServiceResponse");
    const decoded = type.toObject(type.decode(encodeExportResponse("traces", "protobuf", some)), {
      longs: Number,
    });
    expect(decoded).toEqual({ partialSuccess: { rejectedSpans: 70_000, errorMessage: sentence } });
    expect(JSON.parse(encodeExportResponse("traces", "json", some).toString())).toEqual({
      partialSuccess: { rejectedSpans: "70000", errorMessage: sentence },
    });
  });

  it("is a google.rpc.Status for an error", () => {
    const status = { grpcCode: 3, message: "nö" };
    const type = otlpType("RpcStatus");
    expect(type.toObject(type.decode(encodeStatus("protobuf", status)))).toEqual({ code: 3, message: "nö" });
    expect(JSON.parse(encodeStatus("json", status).toString())).toEqual({ code: 3, message: "nö" });
  });
});

describe("the encoding", () => {
  it.each([
    ["application/x-protobuf", "protobuf"],
    ["Application/X-Protobuf; charset=utf-8", "protobuf"],
    ["application/json;charset=utf-8", "json"],
    ["text/plain", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("of content type %s is %s", (contentType, encoding) => {
    expect(otlpEncodingOf(contentType)).toBe(encoding);
  });
});
