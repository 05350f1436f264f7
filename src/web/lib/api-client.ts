import type { Problem } from "#platform/http/http-contract.ts";

/** An error answer of the API, or a request that got no answer (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: NonNullable<Problem["errors"]>;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.request_id;
    this.errors = problem.errors ?? [];
  }
}

type ParamValue = string | number | boolean | null | undefined;
/** Query parameters: empty values are left out, arrays repeat the name. */
export type Params = Record<string, ParamValue | readonly ParamValue[]>;

interface CallOptions {
  signal?: AbortSignal;
}

let onUnauthorized: () => void = () => {};

/** What happens when the session is gone (401), except while signing in. */
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

/** The project's slug in a path such as `/p/default/traces`. */
export function projectOfPath(pathname: string): string | undefined {
  const slug = /^\/p\/([^/]+)/.exec(pathname)?.[1];
  return slug === undefined ? undefined : decodeURIComponent(slug);
}

/** `/api/v1` + path + the parameters, with the current page's project unless `params` names one. */
export function apiUrl(path: string, params: Params = {}, pathname = location.pathname): string {
  const search = new URLSearchParams();
  const project = projectOfPath(pathname);
  if (project !== undefined && params.project === undefined && !/^\/(auth|users)\//.test(path)) {
    search.set("project", project);
  }
  for (const [name, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") search.append(name, String(item));
    }
  }
  const query = search.toString();
  return `/api/v1${path}${query === "" ? "" : `?${query}`}`;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const fallback: Problem = {
    type: "about:blank",
    title: response.statusText || "Request failed",
    status: response.status,
    detail: `The server answered ${response.status} without saying why. Try again in a moment.`,
    code: "unreadable_answer",
    request_id: response.headers.get("x-request-id") ?? "",
  };
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) return new ApiProblem(fallback);
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new ApiProblem({ ...fallback, ...body });
}

async function call<T>(
  method: string,
  path: string,
  params: Params | undefined,
  body: unknown,
  { signal }: CallOptions = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  // A header no foreign site can send without a preflight: the defence against forged requests.
  if (method !== "GET") headers["x-flightdeck-request"] = "1";
  if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(apiUrl(path, params), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem({
      type: "about:blank",
      title: "No answer",
      status: 0,
      detail: "Flightdeck cannot be reached. Check that it is running and that you are online.",
      code: "unreachable",
      request_id: "",
    });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && !path.startsWith("/auth/")) onUnauthorized();
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** `path` is below `/api/v1` and starts with a slash. Throws `ApiProblem`. */
export function apiGet<T>(path: string, params?: Params, options?: CallOptions): Promise<T> {
  return call<T>("GET", path, params, undefined, options);
}

export function apiPost<T>(path: string, body?: unknown, params?: Params, options?: CallOptions): Promise<T> {
  return call<T>("POST", path, params, body, options);
}

export function apiPatch<T>(path: string, body: unknown, params?: Params, options?: CallOptions): Promise<T> {
  return call<T>("PATCH", path, params, body, options);
}

export function apiPut<T>(path: string, body?: unknown, params?: Params, options?: CallOptions): Promise<T> {
  return call<T>("PUT", path, params, body, options);
}

export function apiDelete<T = void>(path: string, params?: Params, options?: CallOptions): Promise<T> {
  return call<T>("DELETE", path, params, undefined, options);
}
