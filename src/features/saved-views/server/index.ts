/** What the app uses of saved views. */
export { savedViewPolicy } from "./saved-view-policy.ts";
export { registerSavedViewRoutes } from "./saved-view-routes.ts";
export { SavedViewStore } from "./saved-view-store.ts";
