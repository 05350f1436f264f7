import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { safeReturnTo } from "#web/lib/return-to.ts";
import { Button } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { signIn } from "./auth-api.ts";
import { AuthFrame } from "./auth-frame.tsx";
import { FormError } from "./form-error.tsx";
import { PasswordField } from "./password-field.tsx";

/** Email and password, as a real form that password managers understand. */
export function SignInPage() {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const router = useRouter();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      client.clear();
      router.history.push(safeReturnTo(search.return_to));
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!login.isPending) login.mutate({ email: email.trim(), password });
  };

  return (
    <AuthFrame title="Sign in" intro="The control room for your AI agents.">
      <form onSubmit={submit} className="space-y-4" aria-describedby="sign-in-error">
        <FormError error={login.error} id="sign-in-error" />
        <Input
          size="lg"
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          aria-describedby={login.isError ? "sign-in-error" : undefined}
        />
        <PasswordField
          size="lg"
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          aria-describedby={login.isError ? "sign-in-error" : undefined}
        />
        <Button type="submit" variant="primary" size="lg" className="w-full" busy={login.isPending}>
          Sign in
        </Button>
      </form>
      <p className="mt-6 text-xs text-text-muted">
        First time here? Open the one-time link that Flightdeck printed in its terminal when it started.
      </p>
    </AuthFrame>
  );
}
