import { ADMIN, type Product } from "./product.ts";

/**
 * Makes API keys that read and send, one for each caller: reads are limited per key, and a thousand requests a
 * second do not come from one.
 */
export async function makeCallerKeys(product: Product, count: number): Promise<string[]> {
  const signedIn = await post(product, "/api/v1/auth/login", ADMIN);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    const made = await post(
      product,
      "/api/v1/api-keys",
      { name: `bench ${i}`, scope: "ingest_and_read" },
      cookie,
    );
    keys.push(((await made.json()) as { key: string }).key);
  }
  return keys;
}

/** Hands out the keys in turn. */
export function inTurn(keys: readonly string[]): () => string {
  let turn = 0;
  return () => keys[turn++ % keys.length]!;
}

async function post(product: Product, path: string, body: object, cookie = ""): Promise<Response> {
  const response = await fetch(product.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-flightdeck-request": "1", cookie },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response;
}
