import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { otlpType } from "../otlp/testing/otlp-proto.ts";
import { grpcStatusOf } from "./grpc-status.ts";

const errorOf = (httpStatus: number, retryAfterSeconds?: number) =>
  new FlightdeckError("A sentence.", { code: "some_code", status: httpStatus, retryAfterSeconds });

describe("the gRPC status of an error", () => {
  it.each([
    [400, status.INVALID_ARGUMENT],
    [401, status.UNAUTHENTICATED],
    [403, status.PERMISSION_DENIED],
    [404, status.NOT_FOUND],
    [413, status.RESOURCE_EXHAUSTED],
    [429, status.RESOURCE_EXHAUSTED],
    [500, status.INTERNAL],
    [503, status.UNAVAILABLE],
  ])("of HTTP status %i is %i, without a hint to retry", (httpStatus, code) => {
    const { metadata, ...rest } = grpcStatusOf(errorOf(httpStatus));
    expect(rest).toEqual({ code, details: "A sentence." });
    expect(metadata.getMap()).toEqual({});
  });

  it.each([
    [429, 1],
    [503, 300],
  ])("of HTTP status %i tells to come back after %i seconds", (httpStatus, seconds) => {
    const { code, metadata } = grpcStatusOf(errorOf(httpStatus, seconds));
    const type = otlpType("RpcStatus");
    const told = type.toObject(type.decode(metadata.get("grpc-status-details-bin")[0] as Buffer)) as {
      code: number;
      details: { typeUrl: string; value: Buffer }[];
    };
    expect(told).toMatchObject({
      code,
      message: "A sentence.",
      details: [{ typeUrl: "type.googleapis.com/google.rpc.RetryInfo" }],
    });
    expect(secondsOf(told.details[0]!.value)).toBe(seconds);
    expect(metadata.get("retry-after")).toEqual([String(seconds)]);
  });
});

/** `RetryInfo { Duration retry_delay = 1 }` with `Duration { int64 seconds = 1 }`. */
function secondsOf(retryInfo: Buffer): number {
  expect([...retryInfo.subarray(0, 3)]).toEqual([0x0a, retryInfo.length - 2, 0x08]);
  return [...retryInfo.subarray(3)].reduce((sum, byte, i) => sum + (byte & 0x7f) * 2 ** (7 * i), 0);
}
