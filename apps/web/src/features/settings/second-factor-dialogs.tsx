// What takes the password and a code: turning the second step off, and new recovery codes.

import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { PasswordField } from "../../ui/password-field.tsx"
import { ACCOUNT_PATH } from "./own-account.ts"
import { RecoveryCodes } from "./recovery-codes.tsx"

const FACTOR_PATH = `${ACCOUNT_PATH}/second_factor`

interface Proof {
  readonly current_password: string
  readonly code: string
}

interface TurnOffDialogProps {
  readonly onDone: () => void
  readonly onClose: () => void
}

export function TurnOffDialog({ onDone, onClose }: TurnOffDialogProps) {
  const t = useT()
  const api = useApi()
  const turnOff = useMutation({
    mutationFn: (proof: Proof) => api.delete(`${FACTOR_PATH}/totp`, { body: { ...proof } }),
    onSuccess() {
      onDone()
      onClose()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.factor.off")}
      description={t("settings.factor.off.text")}
    >
      <ProofForm problem={<FormProblem error={turnOff.error} />} onSubmit={(proof) => turnOff.mutate(proof)}>
        <Button type="submit" look="danger" busy={turnOff.isPending}>
          {t("settings.factor.off")}
        </Button>
      </ProofForm>
    </Dialog>
  )
}

export function RenewCodesDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT()
  const api = useApi()
  const renew = useMutation({
    mutationFn: (proof: Proof) =>
      api.post<{ recovery_codes: string[] }>(`${FACTOR_PATH}/recovery_codes`, { body: { ...proof } }),
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.factor.renew")}
      mayClose={() => renew.data === undefined}
    >
      {renew.data ? (
        <RecoveryCodes codes={renew.data.recovery_codes} onClose={onClose} />
      ) : (
        <ProofForm problem={<FormProblem error={renew.error} />} onSubmit={(proof) => renew.mutate(proof)}>
          <Button type="submit" look="primary" busy={renew.isPending}>
            {t("settings.continue")}
          </Button>
        </ProofForm>
      )}
    </Dialog>
  )
}

interface ProofFormProps {
  readonly problem: ReactNode
  readonly onSubmit: (proof: Proof) => void
  readonly children: ReactNode
}

function ProofForm({ problem, onSubmit, children }: ProofFormProps) {
  const t = useT()
  const [password, setPassword] = useState("")
  const [code, setCode] = useState("")
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit({ current_password: password, code: code.trim() })
      }}
    >
      <PasswordField
        label={t("settings.password.current")}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Field
        label={t("settings.code")}
        hint={t("settings.code.hint")}
        autoComplete="one-time-code"
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {problem}
      {children}
    </form>
  )
}
