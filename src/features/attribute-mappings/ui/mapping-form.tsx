import { Plus } from "lucide-react";
import type { FormEvent } from "react";
import type { MappingRule, MappingTarget } from "#features/telemetry/telemetry-mapping-contract.ts";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { Select } from "#web/ui/select.tsx";
import { TARGET_GROUPS, TARGET_LABELS } from "./mapping-targets.ts";

/** One rule being written; the preview already counts it in. */
export function MappingForm({
  rule,
  onChange,
  onAdd,
  busy,
  error,
}: {
  rule: MappingRule;
  onChange: (rule: MappingRule) => void;
  onAdd: () => void;
  busy: boolean;
  error: string | undefined;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAdd();
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      className="grid grid-cols-1 items-end gap-3 sm:grid-cols-[1fr_11rem_11rem_auto]"
    >
      <Input
        label="Attribute"
        placeholder="acme.conversation"
        autoComplete="off"
        spellCheck={false}
        maxLength={300}
        value={rule.attribute}
        error={error}
        onChange={(event) => onChange({ ...rule, attribute: event.target.value })}
      />
      <Select
        label="Stands for"
        value={rule.target}
        onChange={(event) => onChange({ ...rule, target: event.target.value as MappingTarget })}
      >
        {TARGET_GROUPS.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.targets.map((target) => (
              <option key={target} value={target}>
                {TARGET_LABELS[target]}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
      <Select
        label="When both are there"
        value={rule.mode}
        onChange={(event) => onChange({ ...rule, mode: event.target.value as MappingRule["mode"] })}
      >
        <option value="fill">Keep what was found</option>
        <option value="override">Use the attribute</option>
      </Select>
      <Button variant="primary" type="submit" busy={busy} icon={<Plus aria-hidden size={15} />}>
        Add
      </Button>
    </form>
  );
}
