import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { PageHeader } from "#web/ui/page-header.tsx";
import { Tabs } from "#web/ui/tabs.tsx";
import { BudgetsTab } from "./budgets-tab.tsx";
import { type CostsSearch, type CostTab, parseCostsSearch } from "./model/costs-search.ts";
import { PricesTab } from "./prices-tab.tsx";
import { SpendingTab } from "./spending-tab.tsx";

const TABS: readonly { id: CostTab; label: string }[] = [
  { id: "spending", label: "Spending" },
  { id: "budgets", label: "Budgets" },
  { id: "prices", label: "Prices" },
];

/** What agents cost, what they may cost, and what is paid for which model. */
export function CostsPage() {
  const { project = "" } = useParams({ strict: false });
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseCostsSearch(raw), [raw]);
  const navigate = useNavigate();
  const patch = (change: Partial<CostsSearch>) =>
    navigate({
      to: ".",
      search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
      resetScroll: false,
    });
  const tab = search.tab ?? "spending";
  return (
    <div className="mx-auto w-full max-w-[100rem] px-4 py-5 md:px-6">
      <PageHeader title="Costs" />
      <Tabs
        label="Costs"
        tabs={TABS}
        value={tab}
        onChange={(id) => patch({ tab: id === "spending" ? undefined : id })}
        panelClassName="pt-4"
      >
        {tab === "spending" && <SpendingTab key={project} project={project} search={search} patch={patch} />}
        {tab === "budgets" && <BudgetsTab key={project} project={project} />}
        {tab === "prices" && <PricesTab key={project} project={project} search={search} patch={patch} />}
      </Tabs>
    </div>
  );
}
