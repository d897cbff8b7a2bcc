// A member: who they are, how one stands to them, and what they post.

import { useQuery } from "@tanstack/react-query"
import { useParams, useSearch } from "@tanstack/react-router"
import { Ban, Heart, Image, MessageCircle, UserX } from "lucide-react"
import type { ReactNode } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { useRelationship } from "../people/relationship.ts"
import { Timeline } from "../timeline/timeline.tsx"
import { MediaTab } from "./media-tab.tsx"
import { ProfileHeader } from "./profile-header.tsx"
import { accountQuery, pinnedQuery } from "./profile-query.ts"
import { ProfileSkeleton } from "./profile-skeleton.tsx"
import { tabOf, tabsFor } from "./profile-tabs.ts"
import type { ProfileTab } from "./profile-tabs.ts"

export function ProfilePage() {
  const { name } = useParams({ from: "/shell/@{$name}" })
  // Another member is another page.
  return <Profile key={name.toLowerCase()} acct={name} />
}

function Profile({ acct }: { readonly acct: string }) {
  const t = useT()
  const account = useQuery(accountQuery(useApi(), acct))
  const name = account.data ? nameOf(account.data) : `@${acct}`
  return (
    <>
      <PageHeader
        title={name}
        documentTitle={account.data ? `${name} (@${account.data.acct})` : name}
        {...(account.data && { subtitle: t("profile.posts.count", { count: account.data.statuses_count }) })}
      />
      {account.isPending && <ProfileSkeleton />}
      {account.isError && !account.data && (
        <ErrorState error={account.error} busy={account.isFetching} onRetry={() => void account.refetch()} />
      )}
      {account.data && <KnownProfile account={account.data} />}
    </>
  )
}

function nameOf({ display_name, username }: Account): string {
  return display_name.trim().slice(0, 60) || username
}

function KnownProfile({ account }: { readonly account: Account }) {
  const t = useT()
  const member = useMember()
  const isOwn = member?.id === account.id
  const tab = tabOf(useSearch({ from: "/shell/@{$name}" }).tab, isOwn)
  const relationship = useRelationship(account.id)
  if (account.suspended === true)
    return (
      <EmptyState
        icon={<Ban size={28} />}
        title={t("profile.suspended")}
        text={t("profile.suspended.text")}
      />
    )
  const wall = wallOf(relationship, account, t)
  return (
    <>
      <ProfileHeader account={account} />
      {wall ?? (
        <>
          <ProfileTabs account={account} isOwn={isOwn} />
          <Posts key={tab} account={account} tab={tab} isOwn={isOwn} />
        </>
      )}
    </>
  )
}

/** What stands where the posts would be, between members of whom one has blocked the other. */
function wallOf(
  relationship: ReturnType<typeof useRelationship>,
  { username }: Account,
  t: Translate,
): ReactNode {
  const name = `@${username}`
  if (relationship?.blocking === true)
    return (
      <EmptyState
        icon={<UserX size={28} />}
        title={t("profile.blocking", { name })}
        text={t("profile.blocking.text")}
      />
    )
  if (relationship?.blocked_by === true)
    return (
      <EmptyState
        icon={<UserX size={28} />}
        title={t("profile.blocked", { name })}
        text={t("profile.blocked.text")}
      />
    )
  return undefined
}

function ProfileTabs({ account, isOwn }: { readonly account: Account; readonly isOwn: boolean }) {
  const t = useT()
  return (
    <TabLinks label={t("profile.tabs")}>
      {tabsFor(isOwn).map((tab) => (
        <TabLink
          key={tab}
          to="/@{$name}"
          params={{ name: account.acct }}
          search={tab === "posts" ? {} : { tab }}
          activeOptions={{ exact: true, includeSearch: true }}
          resetScroll={false}
          replace
          className="px-2"
        >
          {t(`profile.tab.${tab}`)}
        </TabLink>
      ))}
    </TabLinks>
  )
}

interface PostsProps {
  readonly account: Account
  readonly tab: ProfileTab
  readonly isOwn: boolean
}

function Posts({ account, tab, isOwn }: PostsProps) {
  const t = useT()
  const path = `/api/v1/accounts/${account.id}/statuses`
  switch (tab) {
    case "posts":
      return <WrittenPosts account={account} isOwn={isOwn} />
    case "replies":
      return (
        <Timeline
          label={t("profile.tab.replies")}
          name={["account", account.id, "replies"]}
          path={path}
          context="account"
          empty={<Empty tab={tab} isOwn={isOwn} />}
        />
      )
    case "media":
      return <MediaTab account={account} empty={<Empty tab={tab} isOwn={isOwn} />} />
    case "likes":
      return (
        <Timeline
          label={t("profile.tab.likes")}
          name={["favourites"]}
          path="/api/v1/favourites"
          context="account"
          empty={<Empty tab={tab} isOwn={isOwn} />}
        />
      )
  }
}

function WrittenPosts({ account, isOwn }: Omit<PostsProps, "tab">) {
  const t = useT()
  const { data: pinned } = useQuery(pinnedQuery(useApi(), account.id))
  return (
    <Timeline
      label={t("profile.tab.posts")}
      name={["account", account.id, "posts"]}
      path={`/api/v1/accounts/${account.id}/statuses`}
      query={{ exclude_replies: true }}
      context="account"
      {...(pinned && { pinned })}
      empty={<Empty tab="posts" isOwn={isOwn} />}
    />
  )
}

function Empty({ tab, isOwn }: Omit<PostsProps, "account">) {
  const t = useT()
  const compose = useComposer()
  const write = isOwn ? (
    <Button look="primary" onClick={() => compose({ kind: "new" })}>
      {t("home.empty.write")}
    </Button>
  ) : undefined
  switch (tab) {
    case "posts":
    case "replies":
      return (
        <EmptyState
          icon={<MessageCircle size={28} />}
          title={t("profile.empty")}
          text={t(isOwn ? "profile.empty.own" : "profile.empty.text")}
          action={write}
        />
      )
    case "media":
      return (
        <EmptyState
          icon={<Image size={28} />}
          title={t("profile.media.empty")}
          text={t(isOwn ? "profile.media.empty.own" : "profile.media.empty.text")}
          action={write}
        />
      )
    case "likes":
      return (
        <EmptyState
          icon={<Heart size={28} />}
          title={t("profile.likes.empty")}
          text={t("profile.likes.empty.text")}
        />
      )
  }
}
