import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { setUnauthorizedHandler } from "./lib/api-client.ts";
import { startHotkeys } from "./lib/hotkeys.ts";
import { createQueryClient } from "./lib/query-client.ts";
import { signInPath } from "./lib/return-to.ts";
import { startTheme } from "./lib/theme.ts";
import { makeRouter } from "./router.tsx";
import "./styles/app.css";

startTheme();
startHotkeys();

const queryClient = createQueryClient();
const router = makeRouter(queryClient);

setUnauthorizedHandler(() => {
  // The address that was asked for, which may not be shown yet.
  const { pathname, href } = router.latestLocation;
  if (pathname === "/sign-in" || pathname === "/setup") return;
  queryClient.clear();
  router.history.replace(signInPath(href));
});

// After an upgrade the files an open tab still names are gone: load the page anew, but not again and again.
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("flightdeck.reloaded-at") ?? 0);
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem("flightdeck.reloaded-at", String(Date.now()));
  event.preventDefault();
  location.reload();
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
