import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";

/** A pointer that has not moved for this long is not reading. */
const RESTS_AFTER_MS = 4_000;

/** Whether the mouse is at work over an element: a pointer left lying there does not count. */
export function useHovering() {
  const [hovering, setHovering] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const handlers = useMemo(
    () => ({
      onPointerMove: (event: PointerEvent) => {
        if (event.pointerType !== "mouse") return;
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setHovering(false), RESTS_AFTER_MS);
        setHovering(true);
      },
      onPointerLeave: () => {
        clearTimeout(timer.current);
        setHovering(false);
      },
    }),
    [],
  );
  return [hovering, handlers] as const;
}
