import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";

const FOLDER = resolve(import.meta.dirname, "../../../test-results");

/** Keeps what the page showed when a test failed, and says where: a picture, its HTML, its console. */
export async function saveEvidence(page: Page, testName: string, log: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const base = join(
    FOLDER,
    `${testName.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}-${randomBytes(3).toString("hex")}`,
  );
  try {
    await page.screenshot({ path: `${base}.png` });
    writeFileSync(`${base}.html`, `<!-- ${page.url()} -->\n${await page.content()}`);
  } catch (error) {
    log = [...log, `no picture: ${error}`];
  }
  writeFileSync(`${base}.log`, `${page.url()}\n${log.join("\n")}\n`);
  process.stderr.write(`Evidence of "${testName}": ${base}.{png,html,log}\n`);
}
