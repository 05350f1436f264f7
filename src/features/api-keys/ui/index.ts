export { apiKeysQuery, createApiKey } from "./api-keys-api.ts";
export { ApiKeysPage } from "./api-keys-page.tsx";
