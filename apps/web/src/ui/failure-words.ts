// What to say in a form when sending it failed: for what the server refuses, what was wrong with it, in words where there are some for
// its code and in the server's own else; for everything else what pages say, by kind. Pure.

import { ApiError } from "../api/api-error.ts"
import type { MessageId } from "../intl/en.ts"
import type { Translate } from "../intl/translate.ts"
import { errorWords } from "./error-words.ts"

const byCode: Readonly<Record<string, MessageId>> = {
  "auth.password_wrong": "ui.problem.password",
  "auth.second_factor_wrong": "ui.problem.code",
  "auth.too_many_attempts": "ui.problem.attempts",
  "account.last_owner": "ui.problem.last-owner",
}

export function failureWords(failure: unknown, t: Translate): string {
  const error = ApiError.from(failure)
  const known = byCode[error.code ?? ""]
  if (known !== undefined) return t(known)
  if (error.kind === "refused") return error.message.replace(/^Validation failed: /, "")
  const { title, text } = errorWords(error.kind)
  return `${t(title)}. ${t(text)}`
}
