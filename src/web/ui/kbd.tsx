import { cx } from "../lib/cx.ts";

const isMac = () => /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** How one key is written on this machine: `mod` is ⌘ on Apple's, Ctrl elsewhere. */
export function keyLabel(key: string, mac = isMac()): string {
  const names: Record<string, string> = {
    mod: mac ? "⌘" : "Ctrl",
    shift: mac ? "⇧" : "Shift",
    alt: mac ? "⌥" : "Alt",
    enter: "↵",
    escape: "Esc",
    arrowup: "↑",
    arrowdown: "↓",
    arrowleft: "←",
    arrowright: "→",
  };
  return names[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** Keys as caps: `mod+k`, or a sequence such as `g t`. */
export function Kbd({ keys, className, inverted }: { keys: string; className?: string; inverted?: boolean }) {
  return (
    <span className={cx("inline-flex items-center gap-1", className)}>
      {keys.split(" ").map((step) => (
        <kbd
          key={step}
          className={cx(
            "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 font-sans text-2xs",
            inverted ? "border-bg/40" : "border-border bg-surface text-text-muted",
          )}
        >
          {step.length > 1
            ? step
                .split("+")
                .map((key) => keyLabel(key))
                .join(isMac() ? "" : "+")
            : keyLabel(step)}
        </kbd>
      ))}
    </span>
  );
}
