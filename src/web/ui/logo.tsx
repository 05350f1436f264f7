/** The mark: an instrument's dial. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent-fill" />
      <path
        d="M8 21.5a8.5 8.5 0 1 1 16 0"
        className="fill-none stroke-white stroke-[2.6]"
        strokeLinecap="round"
      />
      <path d="M16 20.5 20.6 13" className="stroke-white stroke-[2.6]" strokeLinecap="round" />
      <circle cx="16" cy="20.6" r="2.1" className="fill-white" />
    </svg>
  );
}
