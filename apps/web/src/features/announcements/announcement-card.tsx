// What the staff has to say, at the top of home: one at a time, with reactions, until it is put away.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Megaphone, X } from "lucide-react"
import type { Announcement, AnnouncementReaction } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { cx } from "../../ui/class-names.ts"
import { Count } from "../../ui/count.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { PostText } from "../../ui/post-text.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { useToast } from "../../ui/toast.tsx"
import { EmojiPicker } from "../compose/emoji-picker.tsx"
import { withReaction } from "./announcement-reactions.ts"
import { PATH, announcementsKey as key, useAnnouncements } from "./use-announcements.ts"

export function AnnouncementCard() {
  const t = useT()
  const { data = [] } = useAnnouncements()
  const change = useChangeAnnouncements()
  const [announcement] = data
  if (!announcement) return null
  const { id, content, emojis, reactions, published_at } = announcement
  return (
    <section aria-label={t("announcements.label")} className="border-b bg-canvas px-4 py-3.5">
      <div className="flex gap-3">
        <Megaphone size={20} aria-hidden className="mt-0.5 shrink-0 text-accent" />
        <div className="min-w-0 flex-1">
          <PostText html={content} emojis={emojis} />
          <div className="mt-2.5 flex flex-wrap items-center gap-1.5">
            {reactions.map((reaction) => (
              <Reaction
                key={reaction.name}
                reaction={reaction}
                onPress={() => change({ id, name: reaction.name, on: reaction.me !== true })}
              />
            ))}
            <EmojiPicker
              onPick={(text) => change({ id, name: text.trim().replaceAll(/^:|:$/g, ""), on: true })}
            />
            <span className="ms-auto text-13 text-quiet">
              {data.length > 1 && <>{t("announcements.more", { count: data.length - 1 })} · </>}
              <RelativeTime date={published_at} />
            </span>
          </div>
        </div>
        <IconButton
          label={t("announcements.dismiss")}
          icon={<X size={18} aria-hidden />}
          size="small"
          className="-me-2 -mt-1"
          onClick={() => change({ id, away: true })}
        />
      </div>
    </section>
  )
}

interface ReactionProps {
  readonly reaction: AnnouncementReaction
  readonly onPress: () => void
}

function Reaction({ reaction, onPress }: ReactionProps) {
  const t = useT()
  const { name, count, me, static_url } = reaction
  return (
    <button
      type="button"
      aria-pressed={me === true}
      aria-label={t("announcements.react", { name, count })}
      onClick={onPress}
      className={cx(
        "touch-target inline-flex min-h-8 items-center gap-1.5 rounded-full border px-2.5 text-15 transition-colors",
        me === true ? "border-accent bg-accent-soft text-accent" : "bg-surface hover:bg-hover",
      )}
    >
      {static_url === undefined ? (
        name
      ) : (
        <img src={static_url} alt="" width={18} height={18} className="size-4.5" />
      )}
      <Count value={count} className="text-13" />
    </button>
  )
}

type Change =
  | { readonly id: string; readonly away: true }
  | { readonly id: string; readonly away?: false; readonly name: string; readonly on: boolean }

/** Shown at once, and taken back where it failed. */
function useChangeAnnouncements(): (change: Change) => void {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const { mutate } = useMutation({
    mutationFn: (change: Change) =>
      change.away
        ? api.send("POST", `${PATH}/${change.id}/dismiss`)
        : api.send(
            change.on ? "PUT" : "DELETE",
            `${PATH}/${change.id}/reactions/${encodeURIComponent(change.name)}`,
          ),
    onMutate(change) {
      const before = queries.getQueryData<readonly Announcement[]>(key)
      queries.setQueryData(
        key,
        before?.flatMap((one) => changed(one, change)),
      )
      return { before }
    },
    onError(_error, _change, context) {
      queries.setQueryData(key, context?.before)
      toast({ tone: "failure", text: t("announcements.failed") })
    },
  })
  return mutate
}

function changed(one: Announcement, change: Change): Announcement[] {
  if (one.id !== change.id) return [one]
  if (change.away) return []
  return [{ ...one, reactions: withReaction(one.reactions, change.name, change.on) }]
}
