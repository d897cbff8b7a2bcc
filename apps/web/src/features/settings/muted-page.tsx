// Whom the member mutes and blocks, each with the way back.

import { VolumeX } from "lucide-react"
import { useState } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Tabs } from "../../ui/tabs.tsx"
import { useToast } from "../../ui/toast.tsx"
import { AccountList } from "../people/account-list.tsx"
import { useChangeRelationship } from "../people/relationship.ts"

type Tab = "muted" | "blocked"

export function MutedPage() {
  const t = useT()
  const [tab, setTab] = useState<Tab>("muted")
  return (
    <>
      <PageHeader title={t("settings.muted.title")} />
      <Tabs
        label={t("settings.muted.title")}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: "muted", label: t("settings.muted"), content: <Hidden kind="muted" /> },
          { value: "blocked", label: t("settings.blocked"), content: <Hidden kind="blocked" /> },
        ]}
      />
    </>
  )
}

function Hidden({ kind }: { readonly kind: Tab }) {
  const t = useT()
  const muted = kind === "muted"
  return (
    <AccountList
      label={t(muted ? "settings.muted" : "settings.blocked")}
      name={[kind]}
      path={muted ? "/api/v1/mutes" : "/api/v1/blocks"}
      empty={
        <EmptyState
          icon={<VolumeX size={28} />}
          title={t(muted ? "settings.muted.empty" : "settings.blocked.empty")}
          text={t(muted ? "settings.muted.empty.text" : "settings.blocked.empty.text")}
        />
      }
      action={(account) => <WayBack account={account} kind={kind} />}
    />
  )
}

/** Stays in its row, so that what was undone by mistake can be done again. */
function WayBack({ account, kind }: { readonly account: Account; readonly kind: Tab }) {
  const t = useT()
  const toast = useToast()
  const change = useChangeRelationship(account)
  const [hidden, setHidden] = useState(true)
  const name = `@${account.username}`
  const words =
    kind === "muted"
      ? hidden
        ? t("settings.unmute.name", { name })
        : t("settings.mute.name", { name })
      : hidden
        ? t("settings.unblock.name", { name })
        : t("settings.block.name", { name })
  const short =
    kind === "muted"
      ? t(hidden ? "settings.unmute" : "settings.mute")
      : t(hidden ? "settings.unblock" : "settings.block")
  const action = kind === "muted" ? (hidden ? "unmute" : "mute") : hidden ? "unblock" : "block"
  return (
    <Button
      size="small"
      aria-label={words}
      onClick={() => {
        setHidden(!hidden)
        change.mutate(
          { action },
          {
            onError(error) {
              setHidden(hidden)
              toast({ tone: "failure", text: failureWords(error, t) })
            },
          },
        )
      }}
    >
      {short}
    </Button>
  )
}
