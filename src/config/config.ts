import { resolve } from "node:path";
import type { Env } from "./env.ts";

const MIB = 1024 * 1024;

/** What the process was asked to do, decided once from the environment; code takes values from here. */
export interface Config {
  http: {
    host: string;
    port: number;
    /** 0 means no second port. */
    otlpPort: number;
    /** 0 means no gRPC. */
    otlpGrpcPort: number;
    publicUrl: string;
    secureCookies: boolean;
    trustProxy: boolean;
  };
  ingest: {
    maxBodyBytes: number;
    maxBufferedBytes: number;
  };
  storage: {
    dataFolder: string;
    databaseUrl: string | undefined;
    clickhouseUrl: string | undefined;
    clickhouseMemoryBytes: number;
  };
  firstStart: {
    adminEmail: string;
    adminPassword: string | undefined;
    apiKey: string | undefined;
  };
  log: { level: string; pretty: boolean };
}

/** Address of a listener as others can reach it: a wildcard host is not an address to connect to. */
export function reachableUrl(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Decides the configuration; `isTerminal` tells whether a person is watching the output. */
export function decideConfig(env: Env, isTerminal: boolean): Config {
  const publicUrl = (
    env.FLIGHTDECK_PUBLIC_URL ?? reachableUrl(env.FLIGHTDECK_HOST, env.FLIGHTDECK_PORT)
  ).replace(/\/+$/, "");
  return {
    http: {
      host: env.FLIGHTDECK_HOST,
      port: env.FLIGHTDECK_PORT,
      otlpPort: env.FLIGHTDECK_OTLP_PORT,
      otlpGrpcPort: env.FLIGHTDECK_OTLP_GRPC_PORT,
      publicUrl,
      secureCookies: publicUrl.startsWith("https:"),
      trustProxy: env.FLIGHTDECK_TRUST_PROXY,
    },
    ingest: {
      maxBodyBytes: env.FLIGHTDECK_OTLP_MAX_BODY_MIB * MIB,
      maxBufferedBytes: env.FLIGHTDECK_INGEST_BUFFER_MIB * MIB,
    },
    storage: {
      dataFolder: resolve(env.FLIGHTDECK_DATA),
      databaseUrl: env.DATABASE_URL,
      clickhouseUrl: env.CLICKHOUSE_URL,
      clickhouseMemoryBytes: env.FLIGHTDECK_CLICKHOUSE_MEMORY_MIB * MIB,
    },
    firstStart: {
      adminEmail: env.FLIGHTDECK_INIT_ADMIN_EMAIL ?? "admin@localhost.local",
      adminPassword: env.FLIGHTDECK_INIT_ADMIN_PASSWORD,
      apiKey: env.FLIGHTDECK_INIT_API_KEY,
    },
    log: {
      level: env.FLIGHTDECK_LOG_LEVEL,
      pretty: env.FLIGHTDECK_LOG_FORMAT ? env.FLIGHTDECK_LOG_FORMAT === "pretty" : isTerminal,
    },
  };
}

/** Base URL that OTLP/HTTP exporters are given: the port of their own, unless it is off or all goes through a public URL. */
export function otlpEndpoint(config: Config): string {
  const { host, port, otlpPort, publicUrl } = config.http;
  return otlpPort === 0 || publicUrl !== reachableUrl(host, port) ? publicUrl : reachableUrl(host, otlpPort);
}

/** Base URL that OTLP/gRPC exporters on this machine are given; undefined when gRPC is off. */
export function otlpGrpcEndpoint(config: Config): string | undefined {
  const { host, otlpGrpcPort } = config.http;
  return otlpGrpcPort === 0 ? undefined : reachableUrl(host, otlpGrpcPort);
}

/** Value of `OTEL_EXPORTER_OTLP_HEADERS`; a space in it must be percent-encoded, so the key has its own header. */
export function otlpHeaders(apiKey: string): string {
  return `x-api-key=${encodeURIComponent(apiKey)}`;
}
