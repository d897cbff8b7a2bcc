// Whose notifications come at once, wait for the member's word, or are never made.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { NotificationPolicy, PolicyAnswer, PolicyKind } from "../../api/aviary-entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Select } from "../../ui/field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

const PATH = "/api/v2/notifications/policy"
export const policyKey = ["notification-policy"] as const

const kinds: readonly { readonly kind: PolicyKind; readonly label: MessageId }[] = [
  { kind: "for_not_following", label: "settings.policy.not-following" },
  { kind: "for_not_followers", label: "settings.policy.not-followers" },
  { kind: "for_new_accounts", label: "settings.policy.new" },
  { kind: "for_private_mentions", label: "settings.policy.private" },
]

export function PolicySection() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error, refetch } = useQuery({
    queryKey: policyKey,
    queryFn: ({ signal }) => api.get<NotificationPolicy>(PATH, { signal }),
  })
  const change = useMutation({
    mutationFn: (policy: Partial<Record<PolicyKind, PolicyAnswer>>) =>
      api.patch<NotificationPolicy>(PATH, { body: { ...policy } }),
    onMutate(policy) {
      queries.setQueryData<NotificationPolicy>(policyKey, (before) => before && { ...before, ...policy })
      return { before: data }
    },
    onSuccess: (policy) => queries.setQueryData(policyKey, policy),
    onError(failure, _policy, context) {
      queries.setQueryData(policyKey, context?.before)
      toast({ tone: "failure", text: failureWords(failure, t) })
    },
  })
  const answers: readonly { value: PolicyAnswer; label: string }[] = [
    { value: "accept", label: t("settings.policy.accept") },
    { value: "filter", label: t("settings.policy.filter") },
    { value: "drop", label: t("settings.policy.drop") },
  ]
  return (
    <SettingsSection title={t("settings.policy")} hint={t("settings.policy.hint")}>
      {!data && error && <ErrorState compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SettingsSkeleton />}
      {data && (
        <div className="flex flex-col gap-4">
          {kinds.map(({ kind, label }) => (
            <Select
              key={kind}
              label={t(label)}
              value={data[kind]}
              options={answers}
              onChange={(answer) => change.mutate({ [kind]: answer })}
            />
          ))}
        </div>
      )}
    </SettingsSection>
  )
}
