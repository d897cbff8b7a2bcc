// A hashtag: who uses it, its posts as they come, and following it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useParams } from "@tanstack/react-router"
import { Feather, Hash } from "lucide-react"
import { ApiError } from "../../api/api-error.ts"
import type { Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useIsSignedIn } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { useToast } from "../../ui/toast.tsx"
import { useAskToSignIn } from "../post/ask-to-sign-in.tsx"
import { Timeline, timelineKey } from "../timeline/timeline.tsx"

export function HashtagPage() {
  const { tag } = useParams({ from: "/shell/tags/$tag" })
  return <Hashtag key={tag.toLowerCase()} name={tag} />
}

function Hashtag({ name }: { readonly name: string }) {
  const t = useT()
  const api = useApi()
  const signedIn = useIsSignedIn()
  const path = `/api/v1/tags/${encodeURIComponent(name)}`
  const { data: tag, error } = useQuery({
    queryKey: ["tag", name.toLowerCase()],
    queryFn: ({ signal }) => api.get<Tag>(path, { signal }),
  })
  const people = (tag?.history ?? []).reduce((sum, { accounts }) => sum + Number(accounts), 0)
  // Whatever nobody can write is no hashtag: then there is nothing to follow or to wait for.
  const isNone = ApiError.from(error).kind === "missing"
  return (
    <>
      <PageHeader
        title={`#${tag?.name ?? name}`}
        {...(tag && people > 0 && { subtitle: t("hashtag.people", { count: people }) })}
        {...(!isNone && { actions: <Actions tag={tag} name={name} /> })}
      />
      <Timeline
        label={t("hashtag.label", { name: tag?.name ?? name })}
        name={["tag", name.toLowerCase()]}
        path={`/api/v1/timelines/tag/${encodeURIComponent(name)}`}
        context="public"
        {...(signedIn && { live: { stream: "hashtag", tag: name.toLowerCase() } })}
        empty={
          <EmptyState
            icon={<Hash size={28} />}
            title={t("hashtag.empty")}
            text={t("hashtag.empty.text", { name: `#${name}` })}
            {...(signedIn && !isNone && { action: <WriteButton name={name} /> })}
          />
        }
      />
    </>
  )
}

function WriteButton({ name }: { readonly name: string }) {
  const t = useT()
  const compose = useComposer()
  return (
    <Button look="primary" onClick={() => compose({ kind: "new", text: `#${name} ` })}>
      {t("hashtag.write")}
    </Button>
  )
}

function Actions({ tag, name }: { readonly tag: Tag | undefined; readonly name: string }) {
  const t = useT()
  const compose = useComposer()
  const signedIn = useIsSignedIn()
  const ask = useAskToSignIn()
  const follow = useFollowTag(name)
  const isFollowing = tag?.following === true
  return (
    <div className="flex items-center gap-1">
      {signedIn && (
        <IconButton
          label={t("hashtag.write.with", { name: `#${name}` })}
          icon={<Feather size={19} aria-hidden />}
          onClick={() => compose({ kind: "new", text: `#${name} ` })}
        />
      )}
      <Button
        size="small"
        look={isFollowing ? "secondary" : "soft"}
        // Its place is kept while it is not known how it stands.
        className={tag || !signedIn ? "" : "invisible"}
        aria-label={t(isFollowing ? "hashtag.following.name" : "hashtag.follow.name", { name: `#${name}` })}
        onClick={() => (signedIn ? follow(!isFollowing) : ask())}
      >
        {t(isFollowing ? "hashtag.following" : "hashtag.follow")}
      </Button>
    </div>
  )
}

function useFollowTag(name: string): (on: boolean) => void {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  const key = ["tag", name.toLowerCase()]
  const show = (on: boolean) => queries.setQueryData<Tag>(key, (now) => now && { ...now, following: on })
  const { mutate } = useMutation({
    mutationFn: (on: boolean) =>
      api.post<Tag>(`/api/v1/tags/${encodeURIComponent(name)}/${on ? "follow" : "unfollow"}`),
    onMutate: show,
    onError(_error, on) {
      show(!on)
      toast({ tone: "failure", text: t("hashtag.failed") })
    },
    onSuccess(answer, on) {
      queries.setQueryData(key, answer)
      void queries.invalidateQueries({ queryKey: timelineKey(["home"]) })
      if (on) toast({ text: t("hashtag.followed", { name: `#${answer.name}` }) })
    },
  })
  return mutate
}
