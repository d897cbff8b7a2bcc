// A password, with a way to look at what was typed.

import { Eye, EyeOff } from "lucide-react"
import { useState } from "react"
import type { ComponentProps } from "react"
import { useT } from "../intl/translate.ts"
import { Field } from "./field.tsx"

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, "type" | "aside">

export function PasswordField(props: PasswordFieldProps) {
  const t = useT()
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <Field
      autoCapitalize="off"
      spellCheck={false}
      maxLength={256}
      {...props}
      type={shown ? "text" : "password"}
      aside={
        <button
          type="button"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="touch-target inline-flex items-center gap-1.5 rounded-8 text-13 text-quiet hover:text-text"
        >
          <Icon size={16} aria-hidden />
          {t(shown ? "ui.password.hide" : "ui.password.show")}
        </button>
      }
    />
  )
}
