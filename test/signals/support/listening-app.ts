import type { OtlpGrpcServer } from "#features/ingest/server/index.ts";
import { startGrpc } from "#src/app.ts";
import { createTestApp, TEST_KEY, type TestApp } from "#test/support/app.ts";

/** The product with its listeners on ports of their own, for clients that need a network. */
export interface ListeningApp extends TestApp {
  /** `http://127.0.0.1:<port>` of the main port. */
  url: string;
  /** The same of OTLP/gRPC. */
  grpcUrl: string;
  key: string;
  /** Rows of a query over this app's telemetry. */
  rows<Row>(sql: string, parameters?: Record<string, unknown>): Promise<Row[]>;
}

/** Starts the product for a test file of clients. */
export async function startListeningApp(): Promise<ListeningApp> {
  const test = await createTestApp();
  const url = await test.app.listen({ port: 0, host: "127.0.0.1" });
  const grpc: OtlpGrpcServer = await startGrpc(test.context, { host: "127.0.0.1", port: 0 });
  return {
    ...test,
    url,
    grpcUrl: `http://127.0.0.1:${grpc.port}`,
    key: TEST_KEY,
    rows: (sql, parameters) => test.context.stores.telemetry.queryAll(sql, parameters),
    async close() {
      await grpc.close();
      await test.close();
    },
  };
}
