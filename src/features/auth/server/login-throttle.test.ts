import { describe, expect, it } from "vitest";
import { LoginThrottle } from "./login-throttle.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("the login throttle", () => {
  it.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [5, 15 * SECOND],
    [6, 30 * SECOND],
    [7, MINUTE],
    [10, 8 * MINUTE],
    [11, 15 * MINUTE],
    [12, 15 * MINUTE],
    [500, 15 * MINUTE],
  ])("after %i failures asks for %i ms", (failures, waitMs) => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < failures; i++) throttle.begin("ann", NOW);
    expect(throttle.waitMs("ann", NOW)).toBe(waitMs);
  });

  it.each([
    [0, 15 * SECOND],
    [5 * SECOND, 10 * SECOND],
    [15 * SECOND, 0],
    [16 * SECOND, 0],
    [61 * MINUTE, 0],
  ])("%i ms after the fifth failure asks for %i ms more", (laterMs, waitMs) => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 5; i++) throttle.begin("ann", NOW);
    expect(throttle.waitMs("ann", NOW + laterMs)).toBe(waitMs);
  });

  it("begins anew an hour after the last failure", () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 9; i++) throttle.begin("ann", NOW);
    throttle.begin("ann", NOW + 61 * MINUTE);
    expect(throttle.waitMs("ann", NOW + 61 * MINUTE)).toBe(0);
  });

  it("forgets failures after a success, and never mixes subjects up", () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 5; i++) throttle.begin("ann", NOW);
    expect(throttle.waitMs("bob", NOW)).toBe(0);
    throttle.succeeded("ann");
    expect(throttle.waitMs("ann", NOW)).toBe(0);
  });

  it("takes one try of an address back without forgetting the others", () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 6; i++) throttle.begin("10.0.0.1", NOW);
    throttle.forgive("10.0.0.1");
    expect(throttle.waitMs("10.0.0.1", NOW)).toBe(15 * SECOND);
    throttle.forgive("10.0.0.2");
    expect(throttle.waitMs("10.0.0.2", NOW)).toBe(0);
  });

  it("keeps its memory bounded, forgetting whoever failed longest ago", () => {
    const throttle = new LoginThrottle();
    for (let i = 0; i < 5; i++) throttle.begin("first", NOW);
    for (let i = 0; i < 10_000; i++) throttle.begin(`guess ${i}`, NOW);
    expect(throttle.waitMs("first", NOW)).toBe(0);
  });
});
