/** What the app uses of auth. */

export { createKeyAuthenticate } from "./api-key-credentials.ts";
export { registerAuthRoutes } from "./auth-routes.ts";
export { createAuthenticate } from "./authenticate.ts";
export { LoginThrottle } from "./login-throttle.ts";
export { hashPassword } from "./password.ts";
export { SessionStore } from "./session-store.ts";
export { UserStore } from "./user-store.ts";
