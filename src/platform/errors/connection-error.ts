/** Codes of the system when a peer is not there or went away. */
const SYSTEM_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);
/**
 * SQLSTATE of a server that is stopping, starting or full: class 08, 57P01–57P03, 53300.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SQL_STATE = /^(?:08...|57P0[1-3]|53300)$/;
/** What node-postgres says without a code. */
const MESSAGE =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/;

/** Whether an error says that a store could not be reached, so that the same request may succeed a little later. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && (SYSTEM_CODES.has(code) || SQL_STATE.test(code))) return true;
  return MESSAGE.test(error.message);
}
