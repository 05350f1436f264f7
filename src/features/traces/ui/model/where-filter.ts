/** Operators of `where=`, with the words people know them by. */
export const WHERE_OPERATORS = [
  { op: "=", label: "is" },
  { op: "!=", label: "is not" },
  { op: "~", label: "contains" },
  { op: ">", label: "more than" },
  { op: ">=", label: "at least" },
  { op: "<", label: "less than" },
  { op: "<=", label: "at most" },
  { op: "?", label: "is set" },
] as const;
export type WhereOperator = (typeof WHERE_OPERATORS)[number]["op"];

export interface WhereParts {
  name: string;
  op: WhereOperator;
  value: string;
}

/** One condition as the API reads it; null while something is missing, or a number is none. */
export function writeWhere({ name, op, value }: WhereParts): string | null {
  const key = name.trim();
  const text = value.trim();
  if (key === "" || /[=<>!~]/.test(key)) return null;
  if (op === "?") return `${key}?`;
  if (/[<>]/.test(op) && (text === "" || !Number.isFinite(Number(text)))) return null;
  return `${key}${op}${text}`.slice(0, 500);
}

/** The parts of a condition, read as the API reads it; null for what is none. */
export function readWhere(text: string): WhereParts | null {
  const match = /^(.+?)(!=|>=|<=|=|>|<|~)(.*)$/s.exec(text);
  if (match) return { name: match[1]!.trim(), op: match[2] as WhereOperator, value: match[3]!.trim() };
  return text.length > 1 && text.endsWith("?") ? { name: text.slice(0, -1), op: "?", value: "" } : null;
}

/** A condition in words, for a chip. */
export function whereText(text: string): { name: string; value: string } {
  const parts = readWhere(text);
  if (!parts) return { name: "where", value: text };
  const label = WHERE_OPERATORS.find(({ op }) => op === parts.op)!.label;
  return { name: parts.name.replace(/^attribute:/, ""), value: `${label} ${parts.value}`.trim() };
}
