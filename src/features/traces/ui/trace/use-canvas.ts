import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** What a drawing gets: a context in CSS pixels, the size, and the colours of the theme by token name. */
export interface Drawing {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  /** Value of a design token, such as `series-1` or `text`. */
  colour: (token: string) => string;
}

/**
 * A canvas that is drawn again when its size, the theme or what `draw` depends on changes; at most once per
 * frame. `draw` is remade whenever the picture should change.
 */
export function useCanvas(draw: (drawing: Drawing) => void): {
  canvas: RefObject<HTMLCanvasElement | null>;
  width: number;
} {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [theme, setTheme] = useState(0);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const sized = new ResizeObserver(measure);
    sized.observe(element);
    const themed = new MutationObserver(() => setTheme((count) => count + 1));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      sized.disconnect();
      themed.disconnect();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme means other colours
  useEffect(() => {
    const element = canvas.current;
    const { width, height } = size;
    if (!element || width === 0 || height === 0) return;
    const frame = requestAnimationFrame(() => {
      const scale = devicePixelRatio || 1;
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
      const context = element.getContext("2d");
      if (!context) return;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      const styles = getComputedStyle(element);
      const known = new Map<string, string>();
      const colour = (token: string) => {
        let value = known.get(token);
        if (value === undefined) {
          value = styles.getPropertyValue(`--color-${token}`).trim();
          known.set(token, value);
        }
        return value;
      };
      draw({ context, width, height, colour });
    });
    return () => cancelAnimationFrame(frame);
  }, [draw, size, theme]);

  return { canvas, width: size.width };
}
