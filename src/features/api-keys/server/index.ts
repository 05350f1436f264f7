/** What other features use of API keys. */
export { apiKeyPolicy } from "./api-key-policy.ts";
export { registerApiKeyRoutes } from "./api-key-routes.ts";
export { ApiKeyStore } from "./api-key-store.ts";
export { ApiKeyVerifier } from "./api-key-verifier.ts";
