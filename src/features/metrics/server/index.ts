/** What the app uses of metrics. */
export { registerHostMetricRoutes } from "./host-metric-routes.ts";
export { metricPolicy } from "./metric-policy.ts";
export { registerMetricRoutes } from "./metric-routes.ts";
