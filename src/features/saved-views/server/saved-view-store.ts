import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { SavedViewPatch } from "../saved-view-contract.ts";

type SavedViewTables = {
  saved_views: {
    id: string;
    project_id: string;
    user_id: string;
    page: string;
    name: string;
    search: string;
    shared: boolean;
    created_at: Date;
    updated_at: Date;
    deleted_at: Date | null;
  };
  saved_view_marks: {
    view_id: string;
    user_id: string;
    project_id: string;
    page: string;
    starred: boolean;
    is_default: boolean;
  };
  users: { id: string; email: string };
};

export interface SavedViewRow {
  id: string;
  user_id: string;
  page: string;
  name: string;
  search: string;
  shared: boolean;
  owner: string;
  starred: boolean;
  is_default: boolean;
  updated_at: Date;
}

/** Who looks at views: a user, or a key, which owns none and sees the shared ones. */
export interface Viewer {
  projectId: string;
  userId: string | null;
}

/** Most views a user may keep in a project. */
const MAX_VIEWS = 200;
/** How long a deletion can be undone. */
const UNDO_DAYS = 30;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Saved views of pages. A user sees their own and those shared with the project. */
export class SavedViewStore {
  private readonly database: Kysely<SavedViewTables>;

  constructor(database: Database) {
    this.database = database.withTables<SavedViewTables>();
  }

  /** Starred ones first, then by name. */
  list(viewer: Viewer, page: string | undefined): Promise<SavedViewRow[]> {
    let query = this.visible(viewer).limit(1000);
    if (page !== undefined) query = query.where("view.page", "=", page);
    return query.orderBy("starred", "desc").orderBy(sql`lower(view.name)`).orderBy("view.id").execute();
  }

  find(viewer: Viewer, id: string): Promise<SavedViewRow | undefined> {
    return this.visible(viewer).where("view.id", "=", id).executeTakeFirst();
  }

  /** Throws `too_many_saved_views` (409). */
  async create(
    viewer: Viewer & { userId: string },
    input: { page: string; name: string; search: string; shared: boolean },
  ): Promise<string> {
    const { projectId, userId } = viewer;
    const { count } = await this.database
      .selectFrom("saved_views")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .where("project_id", "=", projectId)
      .where("user_id", "=", userId)
      .where("deleted_at", "is", null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_VIEWS) {
      throw new FlightdeckError(`You keep ${MAX_VIEWS} views in this project. Delete one to save another.`, {
        code: "too_many_saved_views",
        status: 409,
      });
    }
    const id = uuidv7();
    const now = new Date();
    await this.database
      .insertInto("saved_views")
      .values({
        id,
        project_id: projectId,
        user_id: userId,
        ...input,
        created_at: now,
        updated_at: now,
        deleted_at: null,
      })
      .execute();
    await sql`DELETE FROM saved_views WHERE deleted_at < now() - make_interval(days => ${UNDO_DAYS})`.execute(
      this.database,
    );
    return id;
  }

  /** Changes what belongs to the owner; false if the view is not this user's. */
  async update(
    viewer: Viewer,
    id: string,
    change: Pick<SavedViewPatch, "name" | "search" | "shared">,
  ): Promise<boolean> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return true;
    return this.changeOwn(viewer, id, { ...given, updated_at: new Date() }, false);
  }

  /** Takes a view away so that `restore` can bring it back; false if it is not this user's. */
  remove(viewer: Viewer, id: string): Promise<boolean> {
    return this.changeOwn(viewer, id, { deleted_at: new Date() }, false);
  }

  restore(viewer: Viewer, id: string): Promise<boolean> {
    return this.changeOwn(viewer, id, { deleted_at: null }, true);
  }

  /** Stars a view for a user, or makes it the page's default for them in place of the one before. */
  async mark(
    viewer: Viewer & { userId: string },
    view: Pick<SavedViewRow, "id" | "page">,
    marks: Pick<SavedViewPatch, "starred" | "is_default">,
  ): Promise<void> {
    const given = Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return;
    await this.database.transaction().execute(async (transaction) => {
      if (marks.is_default) {
        await transaction
          .updateTable("saved_view_marks")
          .set({ is_default: false })
          .where("project_id", "=", viewer.projectId)
          .where("user_id", "=", viewer.userId)
          .where("page", "=", view.page)
          .execute();
      }
      await transaction
        .insertInto("saved_view_marks")
        .values({
          view_id: view.id,
          user_id: viewer.userId,
          project_id: viewer.projectId,
          page: view.page,
          starred: marks.starred ?? false,
          is_default: marks.is_default ?? false,
        })
        .onConflict((conflict) => conflict.columns(["view_id", "user_id"]).doUpdateSet(given))
        .execute();
    });
  }

  private async changeOwn(
    viewer: Viewer,
    id: string,
    change: Partial<SavedViewTables["saved_views"]>,
    deleted: boolean,
  ): Promise<boolean> {
    const row = await this.database
      .updateTable("saved_views")
      .set(change)
      .where("id", "=", id)
      .where("project_id", "=", viewer.projectId)
      .where("user_id", "=", viewer.userId ?? NOBODY)
      .where("deleted_at", deleted ? "is not" : "is", null)
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  private visible({ projectId, userId }: Viewer) {
    const user = userId ?? NOBODY;
    return this.database
      .selectFrom("saved_views as view")
      .innerJoin("users as owner", "owner.id", "view.user_id")
      .leftJoin("saved_view_marks as mark", (join) =>
        join.onRef("mark.view_id", "=", "view.id").on("mark.user_id", "=", user),
      )
      .select(["view.id", "view.user_id", "view.page", "view.name", "view.search", "view.shared"])
      .select(["owner.email as owner", "view.updated_at"])
      .select(({ fn, val }) => [
        fn.coalesce("mark.starred", val(false)).as("starred"),
        fn.coalesce("mark.is_default", val(false)).as("is_default"),
      ])
      .where("view.project_id", "=", projectId)
      .where("view.deleted_at", "is", null)
      .where((where) => where.or([where("view.user_id", "=", user), where("view.shared", "=", true)]));
  }
}
