export { ConnectPage } from "./connect-page.tsx";
export { ingestStatusQuery } from "./ingest-api.ts";
