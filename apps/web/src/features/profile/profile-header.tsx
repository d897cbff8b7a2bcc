// The top of a profile: pictures, names, what the member says of themselves, and what one can do.

import { BadgeCheck, Bot, CalendarDays, Lock } from "lucide-react"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import type { ReactNode } from "react"
import { useIntl } from "react-intl"
import type { Account, MediaAttachment } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Count } from "../../ui/count.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { PostText } from "../../ui/post-text.tsx"
import { useMediaViewer } from "../media-viewer/media-viewer-context.tsx"
import { useRelationship } from "../people/relationship.ts"
import { FamiliarFollowers } from "./familiar-followers.tsx"
import { MovedNotice } from "./moved-notice.tsx"
import { PrivateNote } from "./private-note.tsx"
import { ProfileActions } from "./profile-actions.tsx"
import { endorsedQuery, featuredTagsQuery } from "./profile-query.ts"

export function ProfileHeader({ account }: { readonly account: Account }) {
  const t = useT()
  const member = useMember()
  const relationship = useRelationship(account.id)
  const isOwn = member?.id === account.id
  return (
    <section aria-label={t("profile.about", { name: `@${account.username}` })} className="border-b pb-4">
      {account.moved && <MovedNotice to={account.moved} />}
      <Banner key={account.header} account={account} />
      <div className="px-4">
        <div className="flex flex-wrap items-end justify-between gap-x-3">
          <FaceButton account={account} />
          <div className="ms-auto flex min-h-14 items-end pt-2">
            <ProfileActions account={account} />
          </div>
        </div>
        <div className="mt-3 min-w-0">
          <DisplayName account={account} wrap className="text-22 font-strong tracking-tight" />
          <div className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-15">
            <Handle account={account} />
            {account.locked && (
              <Lock size={15} role="img" aria-label={t("profile.locked")} className="text-quiet" />
            )}
            {relationship?.followed_by === true && <Badge>{t("people.follows.you")}</Badge>}
            {relationship?.muting === true && <Badge>{t("profile.muted")}</Badge>}
            {account.bot && (
              <Badge>
                <Bot size={14} aria-hidden />
                {t("profile.bot")}
              </Badge>
            )}
            {account.roles?.map(({ id, name }) => (
              <Badge key={id}>{name}</Badge>
            ))}
          </div>
        </div>
        <PostText html={account.note} emojis={account.emojis} className="mt-3 text-16" />
        <Fields account={account} />
        <Joined account={account} />
        <Numbers account={account} />
        {member && !isOwn && <FamiliarFollowers account={account} />}
        <FeaturedTags account={account} />
        <Endorsed account={account} />
        {relationship && relationship.note !== "" && (
          <PrivateNote account={account} note={relationship.note} />
        )}
      </div>
    </section>
  )
}

function Badge({ children }: { readonly children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1 rounded-4 bg-sunken px-1.5 text-13 text-quiet">
      {children}
    </span>
  )
}

function Banner({ account }: { readonly account: Account }) {
  const [broken, setBroken] = useState(false)
  return (
    <div className="aspect-[3/1] w-full overflow-hidden bg-accent-soft">
      {!broken && (
        <img
          src={account.header_static}
          alt={account.header_description ?? ""}
          draggable={false}
          className="size-full object-cover"
          onError={() => setBroken(true)}
        />
      )}
    </div>
  )
}

const FACE_PX = 96

/** Opens the picture in full. */
function FaceButton({ account }: { readonly account: Account }) {
  const t = useT()
  const view = useMediaViewer()
  const picture: MediaAttachment = {
    id: `avatar-${account.id}`,
    type: "image",
    url: account.avatar,
    preview_url: account.avatar_static,
    remote_url: null,
    meta: null,
    description: account.avatar_description || null,
    blurhash: null,
  }
  return (
    <button
      type="button"
      aria-label={t("profile.avatar.open", { name: `@${account.username}` })}
      className="-mt-12 rounded-full bg-surface ring-4 ring-surface"
      onClick={() => view({ media: [picture], start: 0 })}
    >
      <Avatar account={account} size={FACE_PX} className="align-top" />
    </button>
  )
}

function Fields({ account }: { readonly account: Account }) {
  const t = useT()
  if (account.fields.length === 0) return null
  return (
    <dl className="mt-4 overflow-hidden rounded-12 border text-15">
      {account.fields.map(({ name, value, verified_at: verified }) => (
        <div
          key={`${name} ${value}`}
          className={`grid grid-cols-[minmax(5rem,30%)_1fr] gap-3 border-b px-3 py-2 last:border-b-0 ${verified === null ? "" : "bg-repost-soft"}`}
        >
          <dt dir="auto" className="line-clamp-2 text-quiet">
            {name}
          </dt>
          <dd className="flex min-w-0 items-start gap-1.5">
            {verified !== null && (
              <BadgeCheck
                size={17}
                role="img"
                aria-label={t("profile.verified")}
                className="mt-0.5 shrink-0 text-repost"
              />
            )}
            <PostText html={value} emojis={account.emojis} className="min-w-0" />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Joined({ account }: { readonly account: Account }) {
  const t = useT()
  const intl = useIntl()
  const date = intl.formatDate(account.created_at, { month: "long", year: "numeric", timeZone: "UTC" })
  return (
    <p className="mt-3 flex items-center gap-1.5 text-15 text-quiet">
      <CalendarDays size={16} aria-hidden />
      {t("profile.joined", { date })}
    </p>
  )
}

const numberClass = "touch-target text-15 text-quiet hover:underline underline-offset-3"

function Numbers({ account }: { readonly account: Account }) {
  const t = useT()
  const params = { name: account.acct }
  return (
    <p className="mt-3 flex flex-wrap gap-x-5 gap-y-1">
      <PlainLink to="/@{$name}/following" params={params} className={numberClass}>
        <Count value={account.following_count} className="font-strong text-text" />{" "}
        {t("profile.following.word", { count: account.following_count })}
      </PlainLink>
      <PlainLink to="/@{$name}/followers" params={params} className={numberClass}>
        <Count value={account.followers_count} className="font-strong text-text" />{" "}
        {t("profile.followers.word", { count: account.followers_count })}
      </PlainLink>
    </p>
  )
}

function FeaturedTags({ account }: { readonly account: Account }) {
  const t = useT()
  const { data = [] } = useQuery(featuredTagsQuery(useApi(), account.id))
  if (data.length === 0) return null
  return (
    <ul aria-label={t("profile.tags")} className="mt-3 flex flex-wrap gap-2">
      {data.map(({ id, name }) => (
        <li key={id}>
          <PlainLink
            to="/tags/$tag"
            params={{ tag: name }}
            className="touch-target flex min-h-8 items-center rounded-full bg-sunken px-3 text-15 text-accent hover:bg-accent-soft"
          >
            <bdi>#{name}</bdi>
          </PlainLink>
        </li>
      ))}
    </ul>
  )
}

/** Whom the member recommends. */
function Endorsed({ account }: { readonly account: Account }) {
  const t = useT()
  const { data = [] } = useQuery(endorsedQuery(useApi(), account.id))
  if (data.length === 0) return null
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2 text-15 text-quiet">
      <span id="profile-endorsed">{t("profile.endorsed")}</span>
      <ul aria-labelledby="profile-endorsed" className="flex flex-wrap gap-1.5">
        {data.map((one) => (
          <li key={one.id}>
            <PlainLink
              to="/@{$name}"
              params={{ name: one.acct }}
              aria-label={`@${one.acct}`}
              title={`@${one.acct}`}
              className="touch-target block rounded-full"
            >
              <Avatar account={one} size={32} className="align-top" />
            </PlainLink>
          </li>
        ))}
      </ul>
    </div>
  )
}
