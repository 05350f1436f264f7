import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import type { ApiKey } from "#features/api-keys/api-key-contract.ts";
import { describeError } from "#web/ui/error-state.tsx";
import { IconButton } from "#web/ui/icon-button.tsx";
import { toast } from "#web/ui/toast.tsx";
import { apiKeysQuery, pauseApiKey, resumeApiKey } from "./api-keys-api.ts";

/** Pauses a key, or lets a paused one be used again. */
export function PauseKeyButton({ project, apiKey }: { project: string; apiKey: ApiKey }) {
  const client = useQueryClient();
  const paused = apiKey.paused_at !== null;
  const change = useMutation({
    mutationFn: () => (paused ? resumeApiKey(project, apiKey.id) : pauseApiKey(project, apiKey.id)),
    onSuccess: () => {
      toast(paused ? `${apiKey.name} can be used again.` : `${apiKey.name} is refused until you resume it.`);
      return client.invalidateQueries({ queryKey: apiKeysQuery(project).queryKey });
    },
    onError: (error) => toast(describeError(error).detail, "danger"),
  });
  return (
    <IconButton
      label={`${paused ? "Resume" : "Pause"} ${apiKey.name}`}
      icon={paused ? <Play aria-hidden size={15} /> : <Pause aria-hidden size={15} />}
      busy={change.isPending}
      onClick={() => change.mutate()}
    />
  );
}
