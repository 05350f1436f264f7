/** What became of one attribute: kept whole, kept in part, or dropped for a limit. */
export const Added = { kept: 0, cut: 1, dropped: 2 } as const;
export type Added = (typeof Added)[keyof typeof Added];
