import { expect, it } from "vitest";
import { columnsFor, rowAfterKey } from "./columns.ts";

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
