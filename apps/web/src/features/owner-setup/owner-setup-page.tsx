// The owner's first run: name, look, who can join, rules, a first invite. Each step is saved when one goes on, so that it can be left
// and taken up again.

import { useRouter } from "@tanstack/react-router"
import { LockKeyhole } from "lucide-react"
import { useEffect, useState } from "react"
import type { ComponentType, ReactNode } from "react"
import { ApiError } from "../../api/api-error.ts"
import type { CommunitySettings } from "../../api/aviary-entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { BarePage, StepHead } from "../../shell/bare-page.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { withChange } from "../community/community-form.ts"
import type { CommunityFormProps } from "../community/community-form.ts"
import { useChangeCommunity, useCommunitySettings } from "../community/community-settings.ts"
import type { CommunityChange } from "../community/community-settings.ts"
import { IdentityForm } from "../community/identity-form.tsx"
import { JoiningForm } from "../community/joining-form.tsx"
import { LookForm } from "../community/look-form.tsx"
import { RulesForm, writtenRules } from "../community/rules-form.tsx"
import { InviteLink } from "../invites/invite-link.tsx"
import { useCreateInvite } from "../invites/invites.ts"

export function OwnerSetupPage() {
  const t = useT()
  const { data, error, refetch } = useCommunitySettings()
  return (
    <BarePage title={t("owner-setup.title")}>
      {data && <Steps settings={data} />}
      {!data && error && <Refused error={error} onRetry={() => void refetch()} />}
      {!data && !error && (
        <div className="flex flex-1 items-center justify-center">
          <Spinner size={28} label={t("ui.loading")} />
        </div>
      )}
    </BarePage>
  )
}

function Refused({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const t = useT()
  if (ApiError.from(error).kind !== "forbidden") return <ErrorState error={error} onRetry={onRetry} />
  return (
    <EmptyState
      icon={<LockKeyhole size={28} />}
      title={t("owner-setup.forbidden")}
      text={t("owner-setup.forbidden.text")}
      action={
        <ButtonLink to="/" look="primary">
          {t("owner-setup.home")}
        </ButtonLink>
      }
    />
  )
}

interface FormStep {
  readonly name: string
  readonly title: MessageId
  readonly text: MessageId
  readonly form: ComponentType<CommunityFormProps>
}

const formSteps: readonly FormStep[] = [
  { name: "identity", title: "owner-setup.identity", text: "owner-setup.identity.text", form: IdentityForm },
  { name: "look", title: "owner-setup.look", text: "owner-setup.look.text", form: LookForm },
  { name: "joining", title: "owner-setup.joining", text: "owner-setup.joining.text", form: JoiningForm },
  { name: "rules", title: "owner-setup.rules", text: "owner-setup.rules.text", form: RulesForm },
]
const STEPS = formSteps.length + 1

function Steps({ settings }: { readonly settings: CommunitySettings }) {
  const [place, setPlace] = useState(0)
  const step = formSteps[place]
  useEffect(() => {
    scrollTo({ top: 0 })
    document.querySelector<HTMLElement>("h1")?.focus()
  }, [place])
  const back = place === 0 ? undefined : () => setPlace(place - 1)
  if (!step) return <InviteStep onBack={back} />
  return (
    <SettingStep
      key={step.name}
      step={step}
      place={place}
      settings={settings}
      onBack={back}
      onNext={() => setPlace(place + 1)}
    />
  )
}

interface SettingStepProps {
  readonly step: FormStep
  readonly place: number
  readonly settings: CommunitySettings
  readonly onBack: (() => void) | undefined
  readonly onNext: () => void
}

function SettingStep({ step, place, settings, onBack, onNext }: SettingStepProps) {
  const t = useT()
  const save = useChangeCommunity()
  const [change, setChange] = useState<CommunityChange>({})
  const Form = step.form
  const submit = () => {
    if (Object.keys(change).length === 0) return onNext()
    save.mutate(
      { ...change, ...(change.rules ? { rules: writtenRules(change.rules) } : {}) },
      { onSuccess: onNext },
    )
  }
  return (
    <form
      className="flex flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Head place={place} title={step.title} text={step.text} />
      <Form
        settings={withChange(settings, change)}
        onChange={(next) => setChange((before) => ({ ...before, ...next }))}
      />
      <div className="mt-5">
        <FormProblem error={save.error} />
      </div>
      <StepFoot onBack={onBack}>
        <Button type="submit" look="primary" size="large" className="ms-auto" busy={save.isPending}>
          {t("owner-setup.next")}
        </Button>
      </StepFoot>
    </form>
  )
}

interface StepFootProps {
  readonly onBack: (() => void) | undefined
  /** The way on. */
  readonly children: ReactNode
}

function StepFoot({ onBack, children }: StepFootProps) {
  const t = useT()
  return (
    <div className="mt-auto flex items-center gap-3 pt-8">
      {onBack && (
        <Button look="quiet" size="large" onClick={onBack}>
          {t("owner-setup.back")}
        </Button>
      )}
      {children}
    </div>
  )
}

interface HeadProps {
  readonly place: number
  readonly title: MessageId
  readonly text: MessageId
}

function Head({ place, title, text }: HeadProps) {
  const t = useT()
  return (
    <StepHead
      title={t(title)}
      text={t(text)}
      step={place + 1}
      steps={STEPS}
      stepLabel={t("owner-setup.step", { step: place + 1, steps: STEPS })}
    />
  )
}

function InviteStep({ onBack }: { readonly onBack: (() => void) | undefined }) {
  const t = useT()
  const router = useRouter()
  const create = useCreateInvite()
  const finish = useChangeCommunity()
  const done = () =>
    finish.mutate({ setup_done: true }, { onSuccess: () => void router.navigate({ to: "/start" }) })
  return (
    <div className="flex flex-1 flex-col">
      <Head place={STEPS - 1} title="owner-setup.invite" text="owner-setup.invite.text" />
      {create.data ? (
        <InviteLink invite={create.data} />
      ) : (
        <Button
          look="soft"
          size="large"
          className="self-start"
          busy={create.isPending}
          onClick={() => create.mutate({ follow_inviter: true })}
        >
          {t("invites.create")}
        </Button>
      )}
      <div className="mt-5">
        <FormProblem error={create.error ?? finish.error} />
      </div>
      <StepFoot onBack={onBack}>
        <Button look="primary" size="large" className="ms-auto" busy={finish.isPending} onClick={done}>
          {t(create.data ? "owner-setup.finish" : "owner-setup.later")}
        </Button>
      </StepFoot>
    </div>
  )
}
