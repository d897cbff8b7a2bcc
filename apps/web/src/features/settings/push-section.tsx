// Notifications on this device: on or off, of which kinds, of whom.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { ApiError } from "../../api/api-error.ts"
import type { ApiClient } from "../../api/api-client.ts"
import type { PushSubscriptionEntity } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { changePush, readPushState, turnPushOff, turnPushOn } from "../../pwa/push-subscription.ts"
import type { PushState, PushWishes } from "../../pwa/push-subscription.ts"
import { useApi, useInstance } from "../../session/client-context.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Select } from "../../ui/field.tsx"
import { Switch } from "../../ui/switch.tsx"
import { useToast } from "../../ui/toast.tsx"
import { SettingsSection } from "./settings-section.tsx"

const kinds: readonly { readonly name: string; readonly label: MessageId }[] = [
  { name: "mention", label: "settings.push.mention" },
  { name: "follow", label: "settings.push.follow" },
  { name: "follow_request", label: "settings.push.follow-request" },
  { name: "favourite", label: "settings.push.favourite" },
  { name: "reblog", label: "settings.push.reblog" },
  { name: "poll", label: "settings.push.poll" },
  { name: "status", label: "settings.push.status" },
  { name: "update", label: "settings.push.update" },
]

const atFirst: PushWishes = {
  alerts: Object.fromEntries(kinds.map(({ name }) => [name, name !== "update"])),
  policy: "all",
}

interface Push {
  readonly state: PushState
  readonly wishes: PushWishes
}

const key = ["push"] as const

/** A browser that is subscribed while the server does not know of it is off: it will never hear anything. */
async function readPush(api: ApiClient): Promise<Push> {
  const state = await readPushState()
  if (state !== "on") return { state, wishes: atFirst }
  try {
    const { alerts, policy } = await api.get<PushSubscriptionEntity>("/api/v1/push/subscription")
    return { state, wishes: { alerts, policy } }
  } catch (error) {
    if (ApiError.from(error).kind === "missing") return { state: "off", wishes: atFirst }
    throw error
  }
}

export function PushSection() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const vapidKey = useInstance()?.configuration.vapid?.public_key
  const { data } = useQuery({ queryKey: key, queryFn: () => readPush(api), staleTime: 0 })
  const fail = (error: unknown) =>
    toast({
      tone: "failure",
      text: pushFailure(error, t("settings.push.failed"), (one) => failureWords(one, t)),
    })
  const turn = useMutation({
    async mutationFn(on: boolean): Promise<Push> {
      const wishes = data?.wishes ?? atFirst
      if (on) return { state: await turnPushOn(api, vapidKey ?? "", wishes), wishes }
      await turnPushOff(api)
      return { state: "off", wishes }
    },
    onSuccess: (push) => queries.setQueryData<Push>(key, push),
    onError: fail,
  })
  const change = useMutation({
    mutationFn: (wishes: PushWishes) => changePush(api, wishes),
    onMutate(wishes) {
      queries.setQueryData<Push>(key, (push) => push && { ...push, wishes })
      return { before: data }
    },
    onError(error, _wishes, context) {
      queries.setQueryData(key, context?.before)
      fail(error)
    },
  })
  const on = data?.state === "on"
  const canTurn = on || data?.state === "off"
  return (
    <SettingsSection title={t("settings.push")} hint={t("settings.push.hint")}>
      <Switch
        label={t("settings.push.on")}
        hint={data && hintOf(data.state, t)}
        checked={turn.isPending ? turn.variables : on}
        disabled={!canTurn || turn.isPending || vapidKey === undefined}
        onChange={(next) => turn.mutate(next)}
      />
      {on && <Wishes wishes={data.wishes} onChange={(wishes) => change.mutate(wishes)} />}
    </SettingsSection>
  )
}

function hintOf(state: PushState, t: ReturnType<typeof useT>): string | undefined {
  switch (state) {
    case "unsupported":
      return t("settings.push.unsupported")
    case "blocked":
      return t("settings.push.blocked")
    case "off":
    case "on":
      return undefined
  }
}

/** The browser's own failures (no push service within reach) have no words for members. */
function pushFailure(error: unknown, words: string, ofServer: (error: ApiError) => string): string {
  return error instanceof ApiError ? ofServer(error) : words
}

interface WishesProps {
  readonly wishes: PushWishes
  readonly onChange: (wishes: PushWishes) => void
}

function Wishes({ wishes, onChange }: WishesProps) {
  const t = useT()
  return (
    <>
      <div className="my-3">
        <Select
          label={t("settings.push.policy")}
          value={wishes.policy}
          options={[
            { value: "all", label: t("settings.push.policy.all") },
            { value: "followed", label: t("settings.push.policy.followed") },
            { value: "follower", label: t("settings.push.policy.follower") },
            { value: "none", label: t("settings.push.policy.none") },
          ]}
          onChange={(policy) => onChange({ ...wishes, policy })}
        />
      </div>
      {kinds.map(({ name, label }) => (
        <Switch
          key={name}
          label={t(label)}
          checked={wishes.alerts[name] === true}
          onChange={(wanted) => onChange({ ...wishes, alerts: { ...wishes.alerts, [name]: wanted } })}
        />
      ))}
    </>
  )
}
