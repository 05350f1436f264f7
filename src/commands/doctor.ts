import { join } from "node:path";
import {
  askRunningFlightdeck,
  exitCodeOf,
  type Finding,
  machineChecks,
  portChecks,
  runChecks,
  storeChecks,
} from "#features/system/server/index.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { MIGRATIONS_FOLDER, openStores } from "../context.ts";
import { loadConfig } from "./load-config.ts";

const WEB_FOLDER = join(import.meta.dirname, "../../dist/web");
const MARKS = { ok: "ok     ", warning: "warning", failed: "FAILED " } as const;

/** Checks the machine, the ports and both stores. With a Flightdeck running on the port its stores are asked through it. */
export async function run(args: string[]): Promise<number> {
  const { config, logger } = loadConfig();
  const { host, port, otlpPort, otlpGrpcPort, publicUrl } = config.http;
  const running = await askRunningFlightdeck(publicUrl);
  const findings = await runChecks([
    ...machineChecks({ dataFolder: config.storage.dataFolder, webFolder: WEB_FOLDER }),
    ...portChecks(
      [
        { port, variable: "FLIGHTDECK_PORT" },
        { port: otlpPort, variable: "FLIGHTDECK_OTLP_PORT" },
        { port: otlpGrpcPort, variable: "FLIGHTDECK_OTLP_GRPC_PORT" },
      ],
      host,
      running !== undefined,
    ),
  ]);
  if (running) findings.push(judgeRunning(running));
  else findings.push(...(await checkStores(config, logger)));
  process.stdout.write(
    args.includes("--json") ? `${JSON.stringify({ findings }, null, 2)}\n` : report(findings),
  );
  return exitCodeOf(findings);
}

function judgeRunning(running: { status: string; version: string }): Finding {
  const name = "running server";
  const detail = `Flightdeck ${running.version} says: ${running.status}`;
  if (running.status === "ok") return { name, status: "ok", detail };
  return {
    name,
    status: "failed",
    detail,
    remedy: "See /health for the dependency that failed, and the server's log.",
  };
}

async function checkStores(...[config, logger]: Parameters<typeof openStores>): Promise<Finding[]> {
  try {
    const stores = await openStores(config, logger);
    try {
      return await runChecks(storeChecks(stores, MIGRATIONS_FOLDER));
    } finally {
      await stores.close();
    }
  } catch (error) {
    if (!(error instanceof FlightdeckError)) throw error;
    return [
      {
        name: "engines",
        status: "failed",
        detail: error.message,
        remedy: "Do what the message says, then run doctor again.",
      },
    ];
  }
}

function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.name.length));
  const lines = findings.map((finding) => {
    const line = `${MARKS[finding.status]}  ${finding.name.padEnd(width)}  ${finding.detail}`;
    return finding.status === "ok" ? line : `${line}\n         ${" ".repeat(width)}  ${finding.remedy}`;
  });
  return `${lines.join("\n")}\n`;
}
