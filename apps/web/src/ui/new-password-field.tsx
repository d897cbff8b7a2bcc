// A password that is being chosen, with how good it seems so far.

import type { ComponentProps } from "react"
import type { MessageId } from "../intl/en.ts"
import { useT } from "../intl/translate.ts"
import { cx } from "./class-names.ts"
import { PasswordField } from "./password-field.tsx"
import { LEAST_CHARACTERS, passwordStrength } from "./password-strength.ts"
import type { PasswordStrength } from "./password-strength.ts"

interface NewPasswordFieldProps extends Omit<ComponentProps<typeof PasswordField>, "value" | "hint"> {
  readonly value: string
  /** User name and address, which make a password no better. */
  readonly ownWords?: readonly string[]
}

const steps: Readonly<Record<PasswordStrength, { count: number; tone: string; words: MessageId }>> = {
  empty: { count: 0, tone: "bg-line", words: "ui.password.hint" },
  short: { count: 1, tone: "bg-danger", words: "ui.password.short" },
  weak: { count: 2, tone: "bg-danger", words: "ui.password.weak" },
  fair: { count: 3, tone: "bg-warning", words: "ui.password.fair" },
  strong: { count: 4, tone: "bg-repost", words: "ui.password.strong" },
}

export function NewPasswordField({ value, ownWords = [], ...rest }: NewPasswordFieldProps) {
  const t = useT()
  const { count, tone, words } = steps[passwordStrength(value, ownWords)]
  return (
    <PasswordField
      autoComplete="new-password"
      required
      {...rest}
      value={value}
      hint={
        <span className="block">
          <span aria-hidden className="mb-1.5 flex gap-1">
            {[1, 2, 3, 4].map((step) => (
              <span
                key={step}
                className={cx("h-1 flex-1 rounded-full transition-colors", step <= count ? tone : "bg-line")}
              />
            ))}
          </span>
          {t(words, { count: LEAST_CHARACTERS })}
        </span>
      }
    />
  )
}
