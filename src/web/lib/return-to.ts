/** A path of our own to go to after signing in; anything that could lead to another site becomes `/`. */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== "string" || !/^\/(?![/\\])/.test(value)) return "/";
  // Browsers drop tabs and line breaks inside URLs, which would turn "/\t/host" into "//host".
  return /[\t\n\r]/.test(value) ? "/" : value;
}

/** Path of the sign-in page that comes back to `here`. */
export function signInPath(here: string): string {
  return here === "/" || here.startsWith("/sign-in")
    ? "/sign-in"
    : `/sign-in?return_to=${encodeURIComponent(here)}`;
}
