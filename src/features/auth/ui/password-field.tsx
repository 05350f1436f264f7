import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "#web/ui/icon-button.tsx";
import { Input, type InputProps } from "#web/ui/input.tsx";

/** A password field that can be shown. Pasting and password managers work (WCAG 3.3.8). */
export function PasswordField(props: InputProps) {
  const [shown, setShown] = useState(false);
  return (
    <Input
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      trailing={
        <IconButton
          label={shown ? "Hide password" : "Show password"}
          aria-pressed={shown}
          tooltip={false}
          icon={shown ? <EyeOff aria-hidden size={16} /> : <Eye aria-hidden size={16} />}
          onClick={() => setShown(!shown)}
        />
      }
      {...props}
    />
  );
}
