import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { textParam } from "#web/lib/search-params.ts";
import { Button, buttonClass } from "#web/ui/button.tsx";
import { Input } from "#web/ui/input.tsx";
import { SkeletonLines } from "#web/ui/skeleton.tsx";
import { completeSetup, setupQuery } from "./auth-api.ts";
import { AuthFrame } from "./auth-frame.tsx";
import { FormError } from "./form-error.tsx";
import { PasswordField } from "./password-field.tsx";
import { MIN_PASSWORD_LENGTH, passwordProblem } from "./password-policy.ts";

/** Where the one-time link leads: the first administrator sets a password and is signed in. */
export function SetupPage() {
  const token = textParam((useSearch({ strict: false }) as Record<string, unknown>).token) ?? "";
  const status = useQuery({ ...setupQuery(token), enabled: token !== "" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const known = status.data?.email;
  useEffect(() => {
    if (known) setEmail(known);
  }, [known]);

  const setup = useMutation({
    mutationFn: completeSetup,
    onSuccess: () => {
      client.clear();
      navigate({ to: "/" });
    },
  });
  const problem = tried ? passwordProblem(password) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (passwordProblem(password) === null && !setup.isPending) {
      setup.mutate({ token, email: email.trim(), password });
    }
  };

  if (token === "" || status.isError) {
    return (
      <AuthFrame title="This link does not work" intro="One-time links work once, and for a limited time.">
        {status.error && <FormError error={status.error} id="setup-error" />}
        <p className="my-5 text-text-muted">
          Restart Flightdeck to have a new link printed in its terminal, as long as no password is set. If one
          is set, sign in with it.
        </p>
        <Link to="/sign-in" className={buttonClass("primary", "lg")}>
          Go to sign-in
        </Link>
      </AuthFrame>
    );
  }
  if (status.isPending) {
    return (
      <AuthFrame title="Welcome to Flightdeck" intro="Checking your link…">
        <SkeletonLines lines={4} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Welcome to Flightdeck" intro="Choose a password for the first administrator.">
      <form onSubmit={submit} className="space-y-4" noValidate={false}>
        <FormError error={setup.error} id="setup-error" />
        <Input
          size="lg"
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          size="lg"
          label="Password"
          name="new-password"
          autoComplete="new-password"
          required
          autoFocus
          maxLength={256}
          hint={`At least ${MIN_PASSWORD_LENGTH} characters. A few words you can remember are better than symbols.`}
          error={problem}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          aria-describedby={setup.isError ? "setup-error" : undefined}
        />
        <Button type="submit" variant="primary" size="lg" className="w-full" busy={setup.isPending}>
          Set password and continue
        </Button>
      </form>
    </AuthFrame>
  );
}
