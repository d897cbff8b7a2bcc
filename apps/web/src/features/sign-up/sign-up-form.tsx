// The form of joining. What was typed stays, whatever goes wrong.

import { useState } from "react"
import { useIntl } from "react-intl"
import { ApiError } from "../../api/api-error.ts"
import type { Instance } from "../../api/entities.ts"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { Field, TextArea } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { NewPasswordField } from "../../ui/new-password-field.tsx"
import { signUpProblems } from "./sign-up-problems.ts"
import { useCreateAccount } from "./sign-up.ts"

interface SignUpFormProps {
  readonly instance: Instance
  readonly inviteCode: string
  /** Whether the staff must let the member in first. */
  readonly waits: boolean
  readonly onMade: (token: string, username: string) => void
}

const USERNAME = /^\w{1,30}$/

export function SignUpForm({ instance, inviteCode, waits, onMade }: SignUpFormProps) {
  const t = useT()
  const { locale } = useIntl()
  const create = useCreateAccount()
  const [username, setUsername] = useState("")
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [reason, setReason] = useState("")
  const [agreement, setAgreement] = useState(false)
  const error = create.error === null ? undefined : ApiError.from(create.error)
  const problems = error ? signUpProblems(error, t) : {}
  const malformed = username !== "" && !USERNAME.test(username)
  const submit = () =>
    create.mutate(
      { username, email: email.trim(), password, reason: reason.trim(), agreement, inviteCode, locale },
      { onSuccess: (token) => onMade(token, username) },
    )
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (!malformed) submit()
      }}
    >
      <Field
        label={t("sign-up.username")}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        required
        maxLength={30}
        value={username}
        problem={malformed ? t("sign-up.username.bad") : problems.username}
        hint={
          username === "" || malformed ? (
            t("sign-up.username.hint")
          ) : (
            <Message
              id="sign-up.username.preview"
              values={{
                handle: (
                  <bdi key="handle" dir="ltr" className="font-medium wrap-anywhere text-text">
                    @{username}@{instance.domain}
                  </bdi>
                ),
              }}
            />
          )
        }
        onChange={(event) => setUsername(event.target.value.trim())}
      />
      <Field
        label={t("sign-up.email")}
        type="email"
        autoComplete="email"
        required
        maxLength={250}
        value={email}
        hint={t("sign-up.email.hint")}
        problem={problems.email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <NewPasswordField
        label={t("sign-up.password")}
        value={password}
        ownWords={[username, email]}
        problem={problems.password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {waits && (
        <TextArea
          label={t(
            instance.registrations.reason_required === true ? "sign-up.reason" : "sign-up.reason.optional",
          )}
          required={instance.registrations.reason_required === true}
          maxLength={1000}
          value={reason}
          hint={t("sign-up.reason.hint", { community: instance.title })}
          problem={problems.reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <Rules rules={instance.rules.map(({ text }) => text)} />
      <div>
        <Checkbox
          label={t(instance.rules.length > 0 ? "sign-up.agree" : "sign-up.agree.none")}
          required
          checked={agreement}
          onChange={setAgreement}
        />
        {problems.agreement !== undefined && (
          <p role="alert" className="text-13 text-danger">
            {problems.agreement}
          </p>
        )}
      </div>
      {problems.invite_code !== undefined && (
        <p role="alert" className="text-15 text-danger">
          {problems.invite_code}
        </p>
      )}
      {Object.keys(problems).length > 0 ? (
        <p role="alert" className="text-15 text-danger">
          {t("sign-up.problem.fields")}
        </p>
      ) : (
        <FormProblem error={create.error} />
      )}
      <Button type="submit" look="primary" size="large" wide busy={create.isPending}>
        {t(waits ? "sign-up.submit.ask" : "sign-up.submit")}
      </Button>
    </form>
  )
}

function Rules({ rules }: { readonly rules: readonly string[] }) {
  const t = useT()
  if (rules.length === 0) return null
  return (
    <section aria-label={t("sign-up.rules")} className="rounded-12 border bg-surface p-4">
      <h2 className="mb-2 text-15 font-medium">{t("sign-up.rules")}</h2>
      <ol className="flex list-decimal flex-col gap-1.5 ps-5 text-15 marker:text-quiet">
        {rules.map((rule) => (
          <li key={rule} dir="auto">
            {rule}
          </li>
        ))}
      </ol>
    </section>
  )
}
