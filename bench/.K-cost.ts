import { freePort } from "#embedded/free-port.ts";
import { ApiClient } from "./lib/api-client.ts";
import { apiMix } from "./lib/api-mix.ts";
import { prepareThings } from "./lib/api-warm-up.ts";
import { processTree } from "./lib/process-tree.ts";
import { API_KEY, startProduct } from "./lib/product.ts";
const product = await startProduct({ dataFolder: process.argv[2]!, port: await freePort() });
const client = new ApiClient(product.url, 10);
try {
  const known = await prepareThings(client, API_KEY, Date.now());
  const cpu = () => { const o: Record<string, number> = {}; for (const p of processTree(product.pid)) o[p.role] = (o[p.role] ?? 0) + p.cpuMs; return o; };
  await new Promise((r) => setTimeout(r, 3000));
  const idle0 = cpu(); const t0 = performance.now(); await new Promise((r) => setTimeout(r, 3000)); const idle1 = cpu(); const idleMs = performance.now() - t0;
  console.log("idle", Object.entries(idle1).map(([k, v]) => `${k} ${((v - idle0[k]!) / idleMs).toFixed(2)}`).join(" "));
  const n = Number(process.argv[3] ?? 15);
  for (const route of apiMix(known)) {
    for (let i = 0; i < 3; i++) await client.call(API_KEY, route.make());
    const a = cpu(); const t = performance.now(); const times: number[] = [];
    for (let i = 0; i < n; i++) { const s = performance.now(); await client.call(API_KEY, route.make()); times.push(performance.now() - s); }
    const b = cpu(); times.sort((x, y) => x - y);
    console.log(route.route.padEnd(34), `p50 ${times[n >> 1]!.toFixed(0)} min ${times[0]!.toFixed(0)}`.padEnd(18), Object.entries(b).map(([k, v]) => `${k} ${((v - (a[k] ?? 0)) / n).toFixed(1)}`).join("  "));
  }
} finally { client.close(); await product.stop(); }
