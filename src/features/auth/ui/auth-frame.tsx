import type { ReactNode } from "react";
import { useDocumentTitle } from "#web/lib/document-title.ts";
import { Logo } from "#web/ui/logo.tsx";

/** The frame around sign-in and setup. */
export function AuthFrame({
  title,
  intro,
  children,
}: {
  title: string;
  intro: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(title);
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="w-full max-w-sm py-10">
        <div className="mb-7 flex items-center gap-2.5">
          <Logo size={28} />
          <span className="text-lg font-semibold tracking-tight">Flightdeck</span>
        </div>
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-text-muted">{intro}</p>
        {children}
      </div>
    </main>
  );
}
