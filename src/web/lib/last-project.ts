import { createPersistentStore } from "./persistent-store.ts";

/** Slug of the project this browser looked at last; empty at first. */
export const lastProject = createPersistentStore("last-project", "");
