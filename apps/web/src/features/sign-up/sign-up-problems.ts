// What was wrong with a sign-up, field by field, in words for who typed it. Pure.

import type { ApiError, FieldProblem } from "../../api/api-error.ts"
import type { Translate } from "../../intl/translate.ts"

const fields = ["username", "email", "password", "agreement", "reason", "invite_code"] as const
export type SignUpField = (typeof fields)[number]

export type SignUpProblems = Readonly<Partial<Record<SignUpField, string>>>

export function signUpProblems(error: ApiError, t: Translate): SignUpProblems {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const [problem] = error.fields[field] ?? []
      return problem ? [[field, wordsOf(field, problem, t)]] : []
    }),
  )
}

function wordsOf(field: SignUpField, { error, description }: FieldProblem, t: Translate): string {
  if (field === "agreement") return t("sign-up.problem.agreement")
  if (field === "invite_code") return t("sign-up.problem.invite")
  switch (error) {
    case "ERR_TAKEN":
      return t("sign-up.problem.taken")
    case "ERR_RESERVED":
      return t("sign-up.problem.reserved")
    case "ERR_BLANK":
      return t("sign-up.problem.blank")
    default:
      if (field === "username") return t("sign-up.username.bad")
      if (field === "email") return t("sign-up.problem.email")
      // The password's: why it is weak, as only the server can judge.
      return `${t("sign-up.password")} ${description}`
  }
}
