export { EndUserPage } from "./end-user-page.tsx";
export { EndUsersPage } from "./end-users-page.tsx";
