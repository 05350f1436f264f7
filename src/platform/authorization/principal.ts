/** Something one may be allowed to do, e.g. `traces:read`. Features name theirs in their policy file. */
export type Permission = `${string}:${string}`;

/** A project a principal can reach, and what it may do there. */
export interface ProjectAccess {
  id: string;
  slug: string;
  name: string;
  /** The role the permissions come from; `api_key` for a key. */
  role: string;
  permissions: ReadonlySet<Permission>;
}

/** Who makes a request: a signed-in person, or a program with a key. */
export interface Principal {
  kind: "user" | "api_key";
  /** User or key id. */
  id: string;
  /** E-mail of a person, name of a key. */
  label: string;
  projects: readonly ProjectAccess[];
}
