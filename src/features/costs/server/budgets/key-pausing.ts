/**
 * Pausing of API keys, which the keys' own feature does: a paused key is refused within a second by every
 * process.
 */
export interface KeyPausing {
  /** Pauses a key of a project; nothing happens when there is none or it is paused already. */
  pause(
    projectId: string,
    keyId: string,
    why: { reason: string; until: Date | null; violationId: string | null },
  ): Promise<void>;
  /** Resumes the keys that these violations paused. */
  resumeFor(violationIds: readonly string[]): Promise<void>;
}
