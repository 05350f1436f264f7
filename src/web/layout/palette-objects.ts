import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { Bot, ChartSpline, type LucideIcon, MessagesSquare } from "lucide-react";
import { useEffect, useState } from "react";
import { apiGet } from "../lib/api-client.ts";

/** A thing of the project that the palette found by its name. */
interface PaletteObject {
  id: string;
  label: string;
  /** Where it is shown, with the query. */
  path: string;
}

/** One kind of thing: where it is asked for and how an answer's item becomes a line. */
interface ObjectSource {
  heading: string;
  icon: LucideIcon;
  endpoint: string;
  /** What the endpoint needs besides `q` and `limit`. */
  params?: Record<string, string>;
  read: (item: Record<string, unknown>, project: string) => PaletteObject | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const pathOf = (project: string, ...parts: string[]) =>
  `/p/${[project, ...parts].map(encodeURIComponent).join("/")}`;

/** Everything that has a name: a new kind is an entry here. */
const SOURCES: readonly ObjectSource[] = [
  {
    heading: "Agents",
    icon: Bot,
    endpoint: "/agents",
    read: (item, project) => {
      const [id, name] = [text(item.id), text(item.name)];
      return id === "" ? null : { id, label: name || id, path: pathOf(project, "agents", id) };
    },
  },
  {
    heading: "Sessions",
    icon: MessagesSquare,
    endpoint: "/sessions",
    params: { from: "2000-01-01T00:00:00Z" },
    read: (item, project) => {
      const id = text(item.session_id) || text(item.id);
      return id === "" ? null : { id, label: id, path: pathOf(project, "sessions", id) };
    },
  },
  {
    heading: "Metrics",
    icon: ChartSpline,
    endpoint: "/metric-names",
    read: (item, project) => {
      const name = text(item.name);
      const query = `auto ${encodeURIComponent(name)}`;
      return name === ""
        ? null
        : { id: name, label: name, path: `${pathOf(project, "metrics")}?query=${encodeURIComponent(query)}` };
    },
  },
];

const MOST = 5;
/** Shorter text would find everything. */
const LEAST_LETTERS = 2;
const SETTLE_MS = 150;

/** The text once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** What has the typed text in its name, by kind. A kind that cannot be asked is left out. */
export function usePaletteObjects(
  project: string,
  typed: string,
): { groups: { heading: string; icon: LucideIcon; items: PaletteObject[] }[] } {
  const q = useSettled(typed.trim());
  const wanted = q.length >= LEAST_LETTERS && project !== "";
  return useQueries({
    queries: SOURCES.map((source) => ({
      queryKey: ["palette", project, source.endpoint, q],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const params = { ...source.params, project, q, limit: MOST };
        const answer = await apiGet<{ data: Record<string, unknown>[] }>(source.endpoint, params, { signal });
        return answer.data.flatMap((item) => source.read(item, project) ?? []).slice(0, MOST);
      },
      enabled: wanted,
      retry: false,
      staleTime: 30_000,
      placeholderData: keepPreviousData,
    })),
    combine: (answers) => ({
      groups: SOURCES.flatMap((source, at) => {
        const items = wanted ? (answers[at]?.data ?? []) : [];
        return items.length > 0 ? [{ heading: source.heading, icon: source.icon, items }] : [];
      }),
    }),
  });
}
