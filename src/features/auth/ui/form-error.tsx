import { CircleAlert } from "lucide-react";
import { describeError } from "#web/ui/error-state.tsx";

/** Why a form was not accepted; fields point to it by `id`. */
export function FormError({ error, id }: { error: unknown; id: string }) {
  const shown = error ? describeError(error) : null;
  return (
    <div id={id} role="alert">
      {shown && (
        <div className="flex items-start gap-2 rounded-md bg-danger-soft px-3 py-2 text-danger">
          <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          <div className="min-w-0">
            <p className="break-words">{shown.detail}</p>
            {shown.requestId && (
              <p className="mt-0.5 font-mono text-2xs break-all">request {shown.requestId}</p>
            )}
          </div>
        </div>
      )}
    </div>
  );
}
