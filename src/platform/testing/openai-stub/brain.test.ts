import { describe, expect, it } from "vitest";
import { fittingTools } from "./brain.ts";
import type { ChatTool } from "./script.ts";
import { argumentsFor } from "./tool-arguments.ts";

const tool = (name: string, description: string, properties: Record<string, object> = {}): ChatTool => ({
  name,
  description,
  parameters: { type: "object", properties, required: Object.keys(properties) },
});

const TOOLS = [
  tool("getWeather", "Current weather in a city"),
  tool("lookup_order", "Where an order is and what it cost"),
  tool("refundOrder", "Pay an order back in full"),
  tool("searchWeb", "Search the web for pages"),
];

describe("the tools that fit a question", () => {
  it.each([
    ["Where is my order 1042?", ["lookup_order"]],
    ["Please refund order 1042.", ["lookup_order", "refundOrder"]],
    ["What is the weather in Oslo?", ["getWeather"]],
    ["Where are my orders, and how is the weather?", ["lookup_order", "getWeather"]],
    ["Tell me a joke.", []],
  ])("%s", (question, names) => {
    const found = fittingTools(TOOLS, question).map((fitting) => fitting.name);
    expect(found.sort()).toEqual([...names].sort());
    if (names.includes("refundOrder")) expect(found).toContain("lookup_order");
  });
});

describe("the arguments a question gives", () => {
  it.each([
    [
      "order 1042 and order 1043",
      { orderId: { type: "string" } },
      [{ orderId: "1042" }, { orderId: "1043" }],
    ],
    ["What about invoice INV-77?", { invoiceNumber: { type: "string" } }, [{ invoiceNumber: "INV-77" }]],
    ["Send 3 of them", { count: { type: "integer" } }, [{ count: 3 }]],
    ["Is it nice in New York?", { city: { type: "string" } }, [{ city: "New York" }]],
    ["in fahrenheit", { unit: { enum: ["celsius", "fahrenheit"] } }, [{ unit: "fahrenheit" }]],
    [
      "find tea",
      { query: { type: "string" }, deep: { type: "boolean" } },
      [{ query: "find tea", deep: true }],
    ],
    ["nothing asked of it", {}, [{}]],
  ])("%s", (question, properties, expected) => {
    expect(argumentsFor(tool("any", "", properties), question)).toEqual(expected);
  });
});
