import type { MatchLogic } from "@pydantic/genai-prices";

/** Whether a name satisfies a rule of the catalogue; upper and lower case are the same, except in patterns. */
export function matches(rule: MatchLogic, name: string): boolean {
  if ("or" in rule) return rule.or.some((one) => matches(one, name));
  if ("and" in rule) return rule.and.every((one) => matches(one, name));
  const lower = name.toLowerCase();
  if ("equals" in rule) return lower === rule.equals.toLowerCase();
  if ("starts_with" in rule) return lower.startsWith(rule.starts_with.toLowerCase());
  if ("ends_with" in rule) return lower.endsWith(rule.ends_with.toLowerCase());
  if ("contains" in rule) return lower.includes(rule.contains.toLowerCase());
  return new RegExp(rule.regex).test(name);
}

/** -20250514 as -2025-05-14, where it is a day. */
export function withDashedDate(name: string): string {
  return name.replace(
    /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g,
    (all, year: string, month: string, day: string) =>
      new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
        ? `-${year}-${month}-${day}`
        : all,
  );
}

/**
 * Spellings under which a reported model may be in the catalogue, the likeliest first: as it is; without what
 * SDKs put before it (`models/…`, resource paths of Vertex AI and Bedrock); without what they put behind it
 * (`@20250514`, `-latest`, a date, a fine-tune's name).
 */
export function spellings(model: string): string[] {
  const name = model.trim().toLowerCase();
  const bare =
    name.startsWith("arn:") || name.includes("/models/") ? name.slice(name.lastIndexOf("/") + 1) : name;
  const unprefixed = bare.replace(/^(models|tunedmodels)\//, "");
  const ordinary = unprefixed.replace("@", "-");
  const plain = ordinary
    .replace(/^ft:([^:]+):.*$/, "$1")
    .replace(/-v\d+:\d+$/, "")
    .replace(/[-:]latest$/, "")
    .replace(/-(20\d{2}-?\d{2}-?\d{2}|\d{4})$/, "");
  const all = [name, bare, unprefixed, withDashedDate(ordinary), ordinary, plain, `${plain}-latest`];
  return [...new Set(all.filter((one) => one !== ""))];
}
