import { parseArgs } from "node:util";
import { PriceBook } from "#features/costs/server/prices/price-book.ts";
import { PriceCatalogue } from "#features/costs/server/prices/price-catalogue.ts";
import {
  type Comparison,
  compareUsageCases,
  fullUsageCases,
  RECORDED_AT_MS,
  sampleUsageCases,
} from "#features/costs/server/prices/testing/usage-cases.ts";
import { createFacts, type SpanFacts } from "#features/telemetry/server/index.ts";
import { describeMachine } from "./lib/machine.ts";

/** What pricing may add to a span's way from socket to row. */
const TARGET_NS = 300;
const WARM_UP_SPANS = 500_000;
const TIMED_SPANS = 5_000_000;

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const book = new PriceBook(await PriceCatalogue.load());
const full = fullUsageCases();
const cases = full ?? sampleUsageCases();
const compared = compareUsageCases(book, cases);
const disagreeing = compared.filter(({ reason }) => reason !== "");
const wrong = disagreeing.filter(({ usd, libraryUsd }) => !same(usd, libraryUsd));
const agreeingCases = cases.filter((one) => {
  return compareUsageCases(book, [one]).every(({ reason }) => reason === "");
}).length;
const timing = nanosecondsPerSpan();
const report = {
  machine: describeMachine(),
  catalogue: book.catalogue.version,
  cases: { source: full ? "usages.json" : "committed sample", total: cases.length, agreeing: agreeingCases },
  comparisons: {
    total: compared.length,
    agreeing: compared.length - disagreeing.length,
    priced: compared.filter(({ expectedUsd }) => expectedUsd !== null).length,
    differingFromLibrary: wrong.length,
  },
  disagreeing,
  timing,
};
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${text()}\n`);
if (wrong.length > 0 || timing.manyModelsNs > TARGET_NS) process.exitCode = 1;

function text(): string {
  const { total, agreeing, priced } = report.comparisons;
  return [
    `Prices of ${report.catalogue}, expected prices of ${new Date(RECORDED_AT_MS).toISOString().slice(0, 10)}`,
    "",
    `cases (${report.cases.source}):      ${report.cases.agreeing} of ${report.cases.total} agree for every provider and API that can read them`,
    `case × provider × API:  ${agreeing} of ${total} agree in usage and price (${priced} with an expected price)`,
    `other than calcPrice of the same genai-prices: ${wrong.length}`,
    "",
    ...(disagreeing.length === 0 ? [] : [...table(disagreeing), ""]),
    `CPU ns per priced span: ${timing.oneModelNs.toFixed(0)} (one model), ${timing.manyModelsNs.toFixed(0)} (${timing.models} models in turn, in ${timing.projects} projects); bytes allocated per span: ${timing.bytesPerSpan.toFixed(2)}; target ≤ ${TARGET_NS} ns`,
  ].join("\n");
}

function table(rows: readonly Comparison[]): string[] {
  return [
    "| Provider | API | Model | Expected USD | Ours | calcPrice | Reason | File |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(
      (row) =>
        `| ${row.provider} | ${row.flavor} | ${row.model} | ${usdText(row.expectedUsd)} | ${usdText(row.usd)} | ${usdText(row.libraryUsd)} | ${row.reason} | ${row.file.split("/").at(-1)} |`,
    ),
  ];
}

function usdText(usd: number | null): string {
  return usd === null ? "none" : usd.toPrecision(6);
}

function same(left: number | null, right: number | null): boolean {
  return left === null || right === null
    ? left === right
    : Math.abs(left - right) <= 1e-9 * Math.max(1e-6, right);
}

/** Prices spans of many models and projects in turn, as an ingest request of a busy server would. */
function nanosecondsPerSpan() {
  const models = book.catalogue.providers
    .filter(({ id }) => ["openai", "anthropic", "google", "mistral", "groq"].includes(id))
    .flatMap((provider) =>
      provider.models.slice(0, 10).map((model) => ({ provider: provider.id, model: model.id })),
    );
  const spans: SpanFacts[] = models.map(({ provider, model }, index) => ({
    ...createFacts(),
    provider,
    model,
    inputUncached: 100 + index,
    cacheRead: 1000,
    output: 50,
    reasoning: 7,
  }));
  const projects = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
  const out = { usd: 0, version: "" };
  const run = (from: readonly SpanFacts[], count: number): number => {
    // Of this process alone: the machine may be busy with others.
    const started = process.cpuUsage();
    for (let i = 0; i < count; i++) {
      // A request is of one project; a thousand spans is a usual batch.
      book.price(
        projects[Math.trunc(i / 1000) % projects.length]!,
        from[i % from.length]!,
        RECORDED_AT_MS,
        out,
      );
    }
    return (process.cpuUsage(started).user * 1000) / count;
  };
  const one = spans.slice(0, 1);
  run(one, WARM_UP_SPANS);
  run(spans, WARM_UP_SPANS);
  const oneModelNs = run(one, TIMED_SPANS);
  const before = process.memoryUsage().heapUsed;
  const manyModelsNs = run(spans, TIMED_SPANS);
  const bytesPerSpan = Math.max(0, process.memoryUsage().heapUsed - before) / TIMED_SPANS;
  return { oneModelNs, manyModelsNs, bytesPerSpan, models: spans.length, projects: projects.length };
}
