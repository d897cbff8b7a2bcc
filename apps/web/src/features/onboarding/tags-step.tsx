// Tags to follow: what is talked about here, and whatever else one likes.

import { useMutation, useQuery } from "@tanstack/react-query"
import { Check, Plus } from "lucide-react"
import { useState } from "react"
import type { Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { Field } from "../../ui/field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { NextBar } from "./next-bar.tsx"

const MOST = 18

export function TagsStep({ onNext }: { readonly onNext: () => void }) {
  const t = useT()
  const api = useApi()
  const { data: trending = [] } = useQuery({
    queryKey: ["trends", "tags", MOST],
    queryFn: ({ signal }) =>
      api.get<readonly Tag[]>("/api/v1/trends/tags", { query: { limit: MOST }, signal }),
    staleTime: 10 * 60_000,
  })
  const { data: followed = [] } = useQuery({
    queryKey: ["followed-tags"],
    queryFn: ({ signal }) => api.get<readonly Tag[]>("/api/v1/followed_tags", { signal }),
  })
  const [own, setOwn] = useState<readonly string[]>([])
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map())
  const toast = useToast()
  const { mutate } = useMutation({
    mutationFn: ({ name, on }: { name: string; on: boolean }) =>
      api.post<Tag>(`/api/v1/tags/${encodeURIComponent(name)}/${on ? "follow" : "unfollow"}`),
    onMutate: ({ name, on }) => setChosen((before) => new Map(before).set(name, on)),
    onError(_error, { name, on }) {
      setChosen((before) => new Map(before).set(name, !on))
      toast({ tone: "failure", text: t("onboarding.tags.failed", { tag: name }) })
    },
  })
  const names = [
    ...new Set([...own, ...followed, ...trending].map((tag) => (typeof tag === "string" ? tag : tag.name))),
  ]
  const isOn = (name: string) => chosen.get(name) ?? followed.some((tag) => tag.name === name)
  return (
    <div className="flex flex-1 flex-col gap-6">
      <div className="flex flex-wrap gap-2.5">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={isOn(name)}
            onClick={() => mutate({ name, on: !isOn(name) })}
            className={cx(
              "inline-flex min-h-11 max-w-full items-center gap-2 rounded-full border px-4 text-16 transition-colors",
              isOn(name) ? "border-accent bg-accent text-on-accent" : "bg-surface hover:bg-hover",
            )}
          >
            {isOn(name) ? (
              <Check size={18} aria-hidden />
            ) : (
              <Plus size={18} aria-hidden className="text-quiet" />
            )}
            <bdi className="truncate">#{name}</bdi>
          </button>
        ))}
      </div>
      <OwnTag
        onAdd={(name) => {
          setOwn((before) => [name, ...before])
          mutate({ name, on: true })
        }}
      />
      <NextBar label={t("onboarding.finish")} onNext={onNext} />
    </div>
  )
}

function OwnTag({ onAdd }: { readonly onAdd: (name: string) => void }) {
  const t = useT()
  const [typed, setTyped] = useState("")
  // What cannot stand in a tag is left out, as when one is written in a post.
  const name = typed.replaceAll(/[^\p{L}\p{M}\p{N}_]/gu, "").toLowerCase()
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (name === "") return
        onAdd(name)
        setTyped("")
      }}
    >
      <div className="min-w-0 flex-1">
        <Field
          label={t("onboarding.tags.own")}
          placeholder="#"
          autoCapitalize="none"
          maxLength={100}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <Button type="submit" className="min-h-11" disabled={name === ""}>
        {t("onboarding.tags.own.add")}
      </Button>
    </form>
  )
}
