import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Permission, Principal, ProjectAccess } from "./principal.ts";

/**
 * The project a request is about, once the principal is known to hold `permission` there. `wanted` is an id
 * or slug; without it the principal's first project counts. A project one cannot see is answered like one
 * that does not exist, so that names of others' projects cannot be probed.
 */
export function authorizeProject(
  principal: Principal,
  wanted: string | undefined,
  permission: Permission,
): ProjectAccess {
  const project = wanted
    ? principal.projects.find((candidate) => candidate.id === wanted || candidate.slug === wanted)
    : principal.projects[0];
  if (!project) {
    throw new FlightdeckError(
      wanted ? `There is no project "${wanted}" that you can see.` : "You are not a member of any project.",
      { code: "project_not_found", status: 404 },
    );
  }
  if (!project.permissions.has(permission)) {
    throw new FlightdeckError(
      principal.kind === "api_key"
        ? `This API key may not do that: it lacks ${permission}.`
        : `Your role ${project.role} in ${project.name} does not include ${permission}. Ask an administrator of the project.`,
      { code: "permission_denied", status: 403 },
    );
  }
  return project;
}
