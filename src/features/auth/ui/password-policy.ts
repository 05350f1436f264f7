/** Kept in step with `passwordSchema` of the contract, which the browser does not load for its size. */
export const MIN_PASSWORD_LENGTH = 12;

/** What is wrong with a new password, as a sentence; null when it will do. */
export function passwordProblem(password: string): string | null {
  const missing = MIN_PASSWORD_LENGTH - [...password].length;
  if (missing <= 0) return null;
  return password === ""
    ? `Choose a password of at least ${MIN_PASSWORD_LENGTH} characters.`
    : `Use at least ${MIN_PASSWORD_LENGTH} characters: ${missing} more to go.`;
}
