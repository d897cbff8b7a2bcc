// A poll in a post: to vote in while it is open, its results afterwards.

import { CircleCheck } from "lucide-react"
import { useState } from "react"
import { useIntl } from "react-intl"
import type { Poll } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useIsSignedIn } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { EmojiText } from "../../ui/emoji.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { useNow } from "../../ui/use-now.ts"
import { isOpen, pollResults } from "./poll-votes.ts"
import type { OptionResult } from "./poll-votes.ts"
import { timeLeft } from "./time-left.ts"

interface PostPollProps {
  readonly poll: Poll
  readonly isOwn: boolean
  readonly onVote: (choices: readonly number[]) => void
}

const A_MINUTE = 60_000

export function PostPoll({ poll, isOwn, onVote }: PostPollProps) {
  const t = useT()
  const signedIn = useIsSignedIn()
  const [results, setResults] = useState(false)
  const now = useNow(A_MINUTE)
  const open = isOpen(poll, now)
  const votes = open && signedIn && !isOwn && !results
  return (
    <div className="mt-3">
      {votes ? <Ballot poll={poll} onVote={onVote} /> : <Results poll={poll} />}
      <p className="mt-2 dot-separated text-13 text-quiet">
        <span>{t("post.poll.voters", { count: poll.voters_count ?? poll.votes_count })}</span>
        <PollEnd poll={poll} now={now} />
        {open && signedIn && !isOwn && (
          <span>
            <button
              type="button"
              className="touch-target text-accent hover:underline"
              onClick={() => setResults(!results)}
            >
              {t(results ? "post.poll.back" : "post.poll.results")}
            </button>
          </span>
        )}
      </p>
    </div>
  )
}

function PollEnd({ poll, now }: { readonly poll: Poll; readonly now: Date }) {
  const t = useT()
  const intl = useIntl()
  if (poll.expires_at === null) return <span>{t("post.poll.endless")}</span>
  const left = timeLeft(new Date(poll.expires_at), now)
  if (poll.expired || left === undefined)
    return (
      <span>
        {t("post.poll.ended")} <RelativeTime date={poll.expires_at} />
      </span>
    )
  const time = intl.formatNumber(left.count, { style: "unit", unit: left.unit, unitDisplay: "long" })
  return <span>{t("post.poll.left", { time })}</span>
}

function Ballot({ poll, onVote }: Pick<PostPollProps, "poll" | "onVote">) {
  const t = useT()
  const [chosen, setChosen] = useState<readonly number[]>([])
  const choose = (place: number) => {
    if (!poll.multiple) return setChosen([place])
    setChosen(chosen.includes(place) ? chosen.filter((one) => one !== place) : [...chosen, place])
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen.length > 0) onVote(chosen)
      }}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t("post.poll.label")}</legend>
        {poll.options.map((option, place) => (
          <label
            // Options keep their order: the place is what is voted for.
            // oxlint-disable-next-line react/no-array-index-key
            key={place}
            className="flex min-h-11 cursor-pointer items-center gap-3 rounded-12 border border-edge/60 px-3.5 py-2 text-15 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type={poll.multiple ? "checkbox" : "radio"}
              name={`poll-${poll.id}`}
              checked={chosen.includes(place)}
              className="size-4.5 shrink-0 accent-accent outline-none"
              onChange={() => choose(place)}
            />
            <span dir="auto" className="min-w-0 flex-1">
              <EmojiText text={option.title} emojis={poll.emojis} />
            </span>
          </label>
        ))}
      </fieldset>
      <Button type="submit" size="small" look="soft" className="mt-3" disabled={chosen.length === 0}>
        {t("post.poll.vote")}
      </Button>
    </form>
  )
}

function Results({ poll }: { readonly poll: Poll }) {
  const t = useT()
  return (
    <ul aria-label={t("post.poll.label")} className="flex flex-col gap-2">
      {pollResults(poll).map((result, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- options keep their order
        <Result key={place} result={result} poll={poll} />
      ))}
    </ul>
  )
}

function Result({ result, poll }: { readonly result: OptionResult; readonly poll: Poll }) {
  const t = useT()
  const intl = useIntl()
  const { percent, isMine, leads, title } = result
  return (
    <li className="relative flex min-h-10 items-center gap-2 overflow-hidden rounded-12 bg-sunken px-3.5 py-2 text-15">
      <span
        aria-hidden
        className={cx(
          "absolute inset-y-0 start-0 origin-left rounded-12 transition-[width] duration-200",
          leads ? "bg-accent-soft" : "bg-pressed",
        )}
        style={{ width: `${percent ?? 0}%` }}
      />
      <span dir="auto" className={cx("relative min-w-0 flex-1", leads && "font-strong")}>
        <EmojiText text={title} emojis={poll.emojis} />
      </span>
      {isMine && (
        <CircleCheck
          size={16}
          role="img"
          aria-label={t("post.poll.mine")}
          className="relative shrink-0 text-accent"
        />
      )}
      {percent !== undefined && (
        <span className="relative tabular-nums">
          {intl.formatNumber(percent / 100, { style: "percent" })}
        </span>
      )}
    </li>
  )
}
