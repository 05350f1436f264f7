import { SkeletonLines } from "../ui/skeleton.tsx";

/** Stands in for a page whose code is still loading. */
export function PagePending() {
  return <SkeletonLines lines={6} className="p-6" />;
}
