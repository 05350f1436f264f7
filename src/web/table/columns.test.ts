import { describe, expect, it } from "vitest";
import {
  type Column,
  chosenColumns,
  columnsFor,
  moveColumn,
  parseColumnChoice,
  rowAfterKey,
  smallestWidth,
  toggleColumn,
  writeColumnChoice,
} from "./columns.ts";

it.each([
  ["j", 0, 3, 1],
  ["j", 2, 3, 2],
  ["k", 0, 3, 0],
  ["k", -1, 3, 0],
  ["j", -1, 3, 0],
  ["End", -1, 3, 2],
  ["Home", 2, 3, 0],
  ["PageDown", 1, 30, 11],
  ["x", 1, 3, null],
  ["toString", 1, 3, null],
  ["j", 0, 0, null],
] as const)("%s on row %d of %d leads to %s", (key, active, count, expected) => {
  expect(rowAfterKey(key, active, count)).toBe(expected);
});

it("a narrow table keeps only the columns it has room for", () => {
  const column = (id: string, fromWidth?: number) => ({
    id,
    header: id,
    cell: () => id,
    track: "1fr",
    fromWidth,
  });
  const columns = [column("name"), column("cost", 900)];
  expect(columnsFor(columns, 600).map((one) => one.id)).toEqual(["name"]);
  expect(columnsFor(columns, 900).map((one) => one.id)).toEqual(["name", "cost"]);
});

describe("a choice of columns", () => {
  const columns = ["time", "name", "cost"].map(
    (id): Column<object> => ({ id, header: id, track: "minmax(100px, 1fr)", cell: () => null }),
  );

  it.each([
    ["time,name:320", { order: ["time", "name"], widths: { name: 320 } }],
    ["name:9,name:400,<b>", { order: ["name"], widths: { name: 56 } }],
    ["", null],
    [undefined, null],
  ])("is read from %j", (text, expected) => {
    expect(parseColumnChoice(text)).toEqual(expected);
  });

  it("is written as it is read", () => {
    const text = "cost,name:320,time";
    expect(writeColumnChoice(parseColumnChoice(text)!)).toBe(text);
  });

  it("orders, widens and leaves out; what no column has is passed over", () => {
    const chosen = chosenColumns(columns, parseColumnChoice("cost:90,gone,time"));
    expect(chosen.map(({ id, track }) => [id, track])).toEqual([
      ["cost", "90px"],
      ["time", "minmax(100px, 1fr)"],
    ]);
    expect(chosenColumns(columns, null)).toEqual(columns);
    expect(smallestWidth(chosen)).toBe(246);
  });

  it("never ends up without a column, and moves within its bounds", () => {
    const choice = parseColumnChoice("time,name")!;
    expect(toggleColumn(toggleColumn(choice, "time"), "name").order).toEqual(["name"]);
    expect(toggleColumn(choice, "cost").order).toEqual(["time", "name", "cost"]);
    expect(moveColumn(choice, "name", -1).order).toEqual(["name", "time"]);
    expect(moveColumn(choice, "time", -5)).toBe(choice);
  });
});
