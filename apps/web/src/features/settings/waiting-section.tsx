// Accounts whose notifications wait for the member's word. Shown only where there are any.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Check, X } from "lucide-react"
import type { NotificationRequest } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { IconButton } from "../../ui/icon-button.tsx"
import { useToast } from "../../ui/toast.tsx"
import { AccountRow } from "../people/account-row.tsx"
import { policyKey } from "./policy-section.tsx"
import { SettingsSection } from "./settings-section.tsx"

const PATH = "/api/v1/notifications/requests"
const key = ["notification-requests"] as const

interface Word {
  readonly id: string
  readonly word: "accept" | "dismiss"
}

export function WaitingSection() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const { data = [] } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<readonly NotificationRequest[]>(PATH, { signal }),
  })
  const answer = useMutation({
    mutationFn: ({ id, word }: Word) => api.send("POST", `${PATH}/${id}/${word}`),
    onMutate({ id }) {
      queries.setQueryData<readonly NotificationRequest[]>(key, (all) => all?.filter((one) => one.id !== id))
      return { before: data }
    },
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ["notifications"] })
      void queries.invalidateQueries({ queryKey: policyKey })
    },
    onError(error, _word, context) {
      queries.setQueryData(key, context?.before)
      toast({ tone: "failure", text: failureWords(error, t) })
    },
  })
  if (data.length === 0) return null
  return (
    <SettingsSection title={t("settings.waiting")} hint={t("settings.waiting.hint")}>
      <ul className="-mx-4 border-t">
        {data.map(({ id, account, notifications_count }) => (
          <li key={id}>
            <AccountRow
              account={account}
              over={t("settings.waiting.count", { count: Number(notifications_count) })}
              action={
                <span className="flex gap-1">
                  <IconButton
                    label={t("settings.waiting.accept", { name: `@${account.username}` })}
                    icon={<Check size={20} aria-hidden />}
                    onClick={() => answer.mutate({ id, word: "accept" })}
                  />
                  <IconButton
                    label={t("settings.waiting.dismiss", { name: `@${account.username}` })}
                    icon={<X size={20} aria-hidden />}
                    onClick={() => answer.mutate({ id, word: "dismiss" })}
                  />
                </span>
              }
            />
          </li>
        ))}
      </ul>
    </SettingsSection>
  )
}
