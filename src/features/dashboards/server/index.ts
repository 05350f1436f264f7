/** What the app uses of dashboards. */
export { dashboardPolicy } from "./dashboard-policy.ts";
export { registerDashboardRoutes } from "./dashboard-routes.ts";
