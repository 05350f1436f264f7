import { describe, expect, it } from "vitest";
import { readStatement } from "./statement.ts";

/** The statement with a mark where a file clause would go. */
function marked(text: string): string {
  const { sql, fileClauseAt } = readStatement(text);
  return `${sql.slice(0, fileClauseAt)}|${sql.slice(fileClauseAt)}`;
}

describe("reading a statement", () => {
  it.each([
    ["SELECT 1", "select"],
    [" -- a comment\n/* and\nanother */ with x as (select 1) select * from x", "select"],
    ["(SELECT 1) UNION ALL (SELECT 2)", "select"],
    ["SHOW TABLES", "select"],
    ["INSERT INTO t FORMAT JSONEachRow", "insert_data"],
    ["insert into db.t (a, b) settings x=1 format RowBinary", "insert_data"],
    ["INSERT INTO t VALUES (1)", "insert_data"],
    ["INSERT INTO t SELECT * FROM u", "other"],
    ["INSERT INTO t (a) WITH 1 AS x SELECT x", "other"],
    ["CREATE TABLE t (a UInt8) ENGINE = Memory", "other"],
    ["SYSTEM FLUSH LOGS", "other"],
    ["", "other"],
  ])("%j is %s", (text, kind) => {
    expect(readStatement(text).kind).toBe(kind);
  });

  it.each([
    ["SELECT 1", "SELECT 1|"],
    ["SELECT 1;", "SELECT 1|"],
    ["SELECT 1 -- why", "SELECT 1| -- why"],
    ["SELECT 1\nFORMAT JSONEachRow", "SELECT 1\n|FORMAT JSONEachRow"],
    [
      "SELECT 1 FORMAT JSON SETTINGS max_threads = 1, x = 'y'",
      "SELECT 1 |FORMAT JSON SETTINGS max_threads = 1, x = 'y'",
    ],
    ["SELECT 1 SETTINGS max_threads=1", "SELECT 1 SETTINGS max_threads=1|"],
    ["SELECT format FROM t", "SELECT format FROM t|"],
    ["SELECT 'FORMAT JSON'", "SELECT 'FORMAT JSON'|"],
    ["SELECT 'it''s; \\' FORMAT x' AS `FORMAT y`", "SELECT 'it''s; \\' FORMAT x' AS `FORMAT y`|"],
    ["SELECT $tag$; FORMAT JSON$tag$", "SELECT $tag$; FORMAT JSON$tag$|"],
    ["INSERT INTO t FORMAT Native", "INSERT INTO t |FORMAT Native"],
  ])("a file clause of %j goes to %j", (text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  it.each([
    ["SELECT 1; SELECT 2", true],
    ["SELECT 1;;; -- done", false],
    ["SELECT ';'; ", false],
    ["INSERT INTO t SELECT 1; DROP TABLE t", true],
  ])("%j has more than one statement: %s", (text, multiple) => {
    expect(readStatement(text).multiple).toBe(multiple);
  });
});
