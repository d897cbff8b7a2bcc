// Create an account: with an invite or without, where anybody may come, where the staff decides, and where nobody can.

import { useRouter, useSearch } from "@tanstack/react-router"
import { DoorClosed, MailCheck } from "lucide-react"
import { useEffect, useState } from "react"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { useClient, useInstance, useIsSignedIn } from "../../session/client-context.tsx"
import { BarePage, StepHead } from "../../shell/bare-page.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { ButtonLink, Link } from "../../ui/link.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { useSetupState } from "../community/setup-state.ts"
import { SignUpForm } from "./sign-up-form.tsx"
import { useInvitation } from "./sign-up.ts"

export function SignUpPage() {
  const t = useT()
  return (
    <BarePage
      title={t("sign-up.title")}
      aside={
        <Link to="/sign-in" search={{ next: "/" }} className="shrink-0 text-15 font-medium">
          {t("sign-up.have")}
        </Link>
      }
    >
      <Door />
    </BarePage>
  )
}

function Door() {
  const t = useT()
  const router = useRouter()
  const { session } = useClient()
  const { invite: code = "" } = useSearch({ from: "/sign-up" })
  const instance = useInstance()
  const mode = useSetupState()?.registrations
  const invitation = useInvitation(code)
  const [waiting, setWaiting] = useState<string>()
  useAwayWhenSignedIn()
  if (!instance || mode === undefined || (code !== "" && invitation === undefined))
    return (
      <div className="flex flex-1 items-center justify-center">
        <Spinner size={28} label={t("ui.loading")} />
      </div>
    )
  const community = instance.title
  if (waiting !== undefined)
    return (
      <Notice
        icon={<MailCheck size={28} />}
        title={t("sign-up.waiting", { name: waiting })}
        text={t("sign-up.waiting.text", { community })}
      />
    )
  if (mode === "closed")
    return (
      <Notice
        icon={<DoorClosed size={28} />}
        title={t("sign-up.closed")}
        text={t("sign-up.closed.text", { community })}
      />
    )
  const invited = invitation === "ended" ? undefined : invitation
  if (invitation === "ended")
    return (
      <Notice
        icon={<DoorClosed size={28} />}
        title={t("sign-up.invite-ended")}
        text={t("sign-up.invite-ended.text")}
        action={
          mode === "invite" ? undefined : (
            <ButtonLink to="/sign-up" search={{}} look="primary">
              {t("sign-up.without")}
            </ButtonLink>
          )
        }
      />
    )
  if (mode === "invite" && !invited)
    return (
      <Notice
        icon={<DoorClosed size={28} />}
        title={t("sign-up.invite-only", { community })}
        text={t("sign-up.invite-only.text")}
      />
    )
  const waits = mode === "approval" && !invited
  return (
    <>
      {invited && <Avatar account={invited.account} size={72} className="mb-4" />}
      <StepHead
        title={
          invited
            ? t("sign-up.head.invited", {
                name: invited.account.display_name || invited.account.username,
                community,
              })
            : t("sign-up.head", { community })
        }
        text={instance.description}
      />
      <SignUpForm
        instance={instance}
        inviteCode={invited?.code ?? ""}
        waits={waits}
        onMade={(token, username) => {
          if (waits) return setWaiting(username)
          session.adopt(token)
          void router.navigate({ to: "/start" })
        }}
      />
    </>
  )
}

/** A member who comes back to this page is in already. */
function useAwayWhenSignedIn() {
  const router = useRouter()
  const [signedIn] = useState(useIsSignedIn())
  useEffect(() => {
    if (signedIn) void router.navigate({ to: "/", replace: true })
  }, [signedIn, router])
}

interface NoticeProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly action?: ReactNode
}

function Notice({ icon, title, text, action }: NoticeProps) {
  const t = useT()
  return (
    <>
      <span
        aria-hidden
        className="mb-5 flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        {icon}
      </span>
      <StepHead title={title} text={text} />
      <div className="flex flex-wrap gap-3">
        {action}
        <ButtonLink to="/" look={action === undefined ? "primary" : "secondary"}>
          {t("sign-up.look")}
        </ButtonLink>
        <ButtonLink to="/sign-in">{t("shell.sign-in")}</ButtonLink>
      </div>
    </>
  )
}
