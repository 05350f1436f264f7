import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const AGENT = resolve(import.meta.dirname, "../../../examples/vercel-ai-sdk/agent.ts");

/**
 * Runs the example agent to its end as a program of its own, and returns what it said. Besides the PATH it
 * gets nothing but `env`.
 */
export async function runExampleAgent(questions: string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [AGENT, ...questions], {
    env: { PATH: process.env.PATH, ...env },
    timeout: 60_000,
  });
  return stdout;
}
