/** A terminal's Ctrl-C and npm's forwarding of it arrive as two signals this close together, in milliseconds. */
const SAME_REQUEST_MS = 500;

/**
 * Decides whether a signal is a new request or the echo of one already passed on.
 * @returns {(signal: string, now: number) => boolean} true when the signal is to be passed on
 */
export function createSignalFilter() {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (signal, now) => {
    const before = last.get(signal);
    if (before !== undefined && now - before < SAME_REQUEST_MS) return false;
    last.set(signal, now);
    return true;
  };
}
