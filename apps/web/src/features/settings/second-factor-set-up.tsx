// Turning the second step on: the password, the code for the authenticator app, a first code of it, the recovery codes.

import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import type { TotpEnrolment } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { CopyButton } from "../../ui/copy-button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { PasswordField } from "../../ui/password-field.tsx"
import { QrPicture } from "../../ui/qr-picture.tsx"
import { ACCOUNT_PATH } from "./own-account.ts"
import { RecoveryCodes } from "./recovery-codes.tsx"

type Step =
  | { readonly kind: "password" }
  | { readonly kind: "scan"; readonly enrolment: TotpEnrolment }
  | { readonly kind: "codes"; readonly codes: readonly string[] }

const FACTOR_PATH = `${ACCOUNT_PATH}/second_factor`

interface SetUpDialogProps {
  readonly onDone: () => void
  readonly onClose: () => void
}

export function SetUpDialog({ onDone, onClose }: SetUpDialogProps) {
  const t = useT()
  const [step, setStep] = useState<Step>({ kind: "password" })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.factor.set-up")}
      // Recovery codes are shown this once: a slip beside the dialog must not lose them.
      mayClose={() => step.kind !== "codes"}
    >
      {step.kind === "password" && (
        <PasswordStep onNext={(enrolment) => setStep({ kind: "scan", enrolment })} />
      )}
      {step.kind === "scan" && (
        <ScanStep
          enrolment={step.enrolment}
          onNext={(codes) => {
            setStep({ kind: "codes", codes })
            onDone()
          }}
        />
      )}
      {step.kind === "codes" && <RecoveryCodes codes={step.codes} onClose={onClose} />}
      {step.kind === "password" && <p className="mt-4 text-13 text-quiet">{t("settings.factor.apps")}</p>}
    </Dialog>
  )
}

function PasswordStep({ onNext }: { readonly onNext: (enrolment: TotpEnrolment) => void }) {
  const t = useT()
  const api = useApi()
  const [password, setPassword] = useState("")
  const begin = useMutation({
    mutationFn: () =>
      api.post<TotpEnrolment>(`${FACTOR_PATH}/totp`, { body: { current_password: password } }),
    onSuccess: onNext,
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        begin.mutate()
      }}
    >
      <PasswordField
        label={t("settings.password.current")}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <FormProblem error={begin.error} />
      <Button type="submit" look="primary" busy={begin.isPending}>
        {t("settings.continue")}
      </Button>
    </form>
  )
}

interface ScanStepProps {
  readonly enrolment: TotpEnrolment
  readonly onNext: (codes: readonly string[]) => void
}

function ScanStep({ enrolment, onNext }: ScanStepProps) {
  const t = useT()
  const api = useApi()
  const [code, setCode] = useState("")
  const confirm = useMutation({
    mutationFn: () =>
      api.post<{ recovery_codes: string[] }>(`${FACTOR_PATH}/totp/confirm`, { body: { code: code.trim() } }),
    onSuccess: ({ recovery_codes }) => onNext(recovery_codes),
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <p className="text-15">{t("settings.factor.scan")}</p>
      <div className="flex flex-wrap items-center justify-center gap-5">
        <QrPicture text={enrolment.uri} label={t("settings.factor.qr")} size={184} />
        <div className="min-w-0 flex-1 basis-40">
          <p className="text-13 text-quiet">{t("settings.factor.secret")}</p>
          <p dir="ltr" className="my-2 font-mono text-15 wrap-anywhere select-all">
            {enrolment.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}
          </p>
          <CopyButton text={enrolment.secret} size="small" />
        </div>
      </div>
      <Field
        label={t("settings.factor.first-code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9 ]{6,7}"
        maxLength={7}
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <FormProblem error={confirm.error} />
      <Button type="submit" look="primary" busy={confirm.isPending}>
        {t("settings.factor.turn-on")}
      </Button>
    </form>
  )
}
