import { Bookmark, MoreHorizontal, Star, Users } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { SavedView } from "#features/saved-views/saved-view-contract.ts";
import { copyText } from "../lib/clipboard.ts";
import { cx } from "../lib/cx.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { Menu } from "../ui/menu.tsx";
import { Popover } from "../ui/popover.tsx";
import { toast } from "../ui/toast.tsx";

/** A page's saved views and how to change them, as `useSavedViews` gives them. */
export interface SavedViewsProps {
  views: readonly SavedView[];
  save: (input: { name: string; search: string; shared?: boolean }) => Promise<SavedView>;
  change: (
    id: string,
    change: { name?: string; search?: string; shared?: boolean; starred?: boolean; is_default?: boolean },
  ) => Promise<SavedView>;
  remove: (id: string) => Promise<void>;
  restore: (id: string) => Promise<SavedView>;
  /** The page as it is now, as a query string. */
  current: string;
  /** Shows a view: its query string becomes the page's. */
  onApply: (search: string) => void;
}

/** Runs a change and says what became of it. */
async function attempt<T>(act: Promise<T>, done: (value: T) => void): Promise<void> {
  try {
    done(await act);
  } catch (error) {
    toast(error instanceof Error ? error.message : "The view could not be changed.", "danger");
  }
}

/** Views saved under a name: to open, star, share, change and delete, and to save the page as it is. */
export function SavedViewsMenu(props: SavedViewsProps) {
  const { views, current, onApply } = props;
  const [editing, setEditing] = useState<SavedView | "new" | null>(null);
  const shown = views.find((view) => view.search === current);

  const remove = (view: SavedView) =>
    attempt(props.remove(view.id), () =>
      toast(`“${view.name}” deleted`, "info", {
        label: "Undo",
        run: () => void attempt(props.restore(view.id), () => toast(`“${view.name}” is back`, "success")),
      }),
    );
  const copyLink = async (view: SavedView) => {
    const done = await copyText(`${location.origin}${location.pathname}?${view.search}`);
    toast(done ? "Link copied" : "The browser did not allow copying", done ? "success" : "danger");
  };

  return (
    <>
      <Popover
        label="Saved views"
        className="w-80 p-1"
        trigger={(trigger) => (
          <Button {...trigger} size="sm" icon={<Bookmark aria-hidden size={13} />}>
            <span className="max-w-40 truncate">{shown?.name ?? "Views"}</span>
          </Button>
        )}
      >
        {(close) => (
          <>
            {views.length === 0 && (
              <p className="px-2.5 py-2 text-xs text-text-muted">
                None yet. A saved view keeps filters, columns, sort and time under a name.
              </p>
            )}
            <ul className="max-h-80 overflow-y-auto" aria-label="Saved views">
              {views.map((view) => (
                <li key={view.id} className="flex items-center rounded-md hover:bg-surface-hover">
                  <IconButton
                    size="sm"
                    variant="ghost"
                    tooltip={false}
                    label={view.starred ? `Unstar ${view.name}` : `Star ${view.name}`}
                    aria-pressed={view.starred}
                    icon={
                      <Star
                        aria-hidden
                        size={14}
                        className={cx(view.starred && "fill-current text-warning")}
                      />
                    }
                    onClick={() => void attempt(props.change(view.id, { starred: !view.starred }), () => {})}
                  />
                  <button
                    type="button"
                    onClick={() => {
                      close();
                      onApply(view.search);
                    }}
                    aria-current={view === shown ? "true" : undefined}
                    className="flex h-8 min-w-0 flex-1 items-center gap-1.5 text-left"
                  >
                    <span className={cx("truncate", view === shown && "font-medium text-accent")}>
                      {view.name}
                    </span>
                    {view.is_default && <Badge>default</Badge>}
                    {view.shared && (
                      <span title={view.own ? "Shared with the project" : `Shared by ${view.owner}`}>
                        <Users aria-label="shared" size={12} className="text-text-muted" />
                      </span>
                    )}
                  </button>
                  <Menu
                    label={`Actions for ${view.name}`}
                    align="end"
                    trigger={(trigger) => (
                      <IconButton
                        {...trigger}
                        size="sm"
                        variant="ghost"
                        tooltip={false}
                        label={`More about ${view.name}`}
                        icon={<MoreHorizontal aria-hidden size={14} />}
                      />
                    )}
                    items={[
                      { id: "link", label: "Copy link", run: () => void copyLink(view) },
                      {
                        id: "default",
                        label: view.is_default ? "Do not open the page with it" : "Open the page with it",
                        run: () =>
                          void attempt(props.change(view.id, { is_default: !view.is_default }), () => {}),
                      },
                      ...(view.own
                        ? [
                            { id: "edit", label: "Rename or share…", run: () => setEditing(view) },
                            {
                              id: "update",
                              label: "Replace with what is shown",
                              run: () =>
                                void attempt(props.change(view.id, { search: current }), () =>
                                  toast(`“${view.name}” updated`, "success", {
                                    label: "Undo",
                                    run: () =>
                                      void attempt(props.change(view.id, { search: view.search }), () => {}),
                                  }),
                                ),
                            },
                            {
                              id: "delete",
                              label: "Delete",
                              danger: true,
                              separated: true,
                              run: () => void remove(view),
                            },
                          ]
                        : []),
                    ]}
                  />
                </li>
              ))}
            </ul>
            <div className="mt-1 border-t border-border p-1">
              <Button
                size="sm"
                variant="ghost"
                className="w-full"
                onClick={() => {
                  close();
                  setEditing("new");
                }}
              >
                Save this view…
              </Button>
            </div>
          </>
        )}
      </Popover>
      <ViewDialog
        key={editing === null ? "closed" : editing === "new" ? "new" : editing.id}
        view={editing}
        onClose={() => setEditing(null)}
        onSave={async (name, shared) => {
          const act =
            editing === "new" || editing === null
              ? props.save({ name, search: current, shared })
              : props.change(editing.id, { name, shared });
          await attempt(act, (view) => {
            toast(`“${view.name}” saved`, "success");
            setEditing(null);
          });
        }}
      />
    </>
  );
}

function ViewDialog({
  view,
  onClose,
  onSave,
}: {
  view: SavedView | "new" | null;
  onClose: () => void;
  onSave: (name: string, shared: boolean) => Promise<void>;
}) {
  const before = view === "new" ? null : view;
  const [name, setName] = useState(before?.name ?? "");
  const [shared, setShared] = useState(before?.shared ?? false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    setBusy(true);
    await onSave(name.trim(), shared);
    setBusy(false);
  };
  return (
    <Dialog
      open={view !== null}
      onClose={onClose}
      title={before ? "Rename or share the view" : "Save this view"}
      description="Filters, columns, sort and time range, as they are now."
    >
      <form className="space-y-4" onSubmit={submit}>
        <Input
          data-autofocus
          label="Name"
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Checkbox
          label="Share with everyone in the project"
          checked={shared}
          onChange={(event) => setShared(event.target.checked)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ""}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
