import { defineConfig } from "vitest/config";

const TEST_TIMEOUT_MS = 20_000;
const END_TO_END_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    globals: false,
    pool: "forks",
    maxWorkers: 2,
    retry: 0,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          globalSetup: "test/support/engines.ts",
          include: [
            "src/**/*.test.{ts,tsx}",
            "sdk/src/**/*.test.ts",
            "test/*.test.ts",
            "test/signals/**/*.test.ts",
            "examples/**/*.test.ts",
            "bench/**/*.test.ts",
            "{bin,scripts}/**/*.test.{js,ts}",
          ],
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          globalSetup: "test/e2e/support/global-setup.ts",
          include: ["test/e2e/**/*.e2e.test.ts"],
          fileParallelism: false,
          expect: { poll: { timeout: 20_000, interval: 25 } },
          testTimeout: END_TO_END_TIMEOUT_MS,
          hookTimeout: END_TO_END_TIMEOUT_MS,
        },
      },
    ],
  },
});
