export { type Client, type ClientOptions, createClient, InvalidOptionsError } from "./client.ts";
export { VERSION } from "./version.ts";
