// Explore: what is going on here, in posts, tags, people and links.

import { useSearch } from "@tanstack/react-router"
import { Compass, Radio } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ButtonLink, PlainLink } from "../../ui/link.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { SearchBox } from "../search/search-box.tsx"
import { Timeline } from "../timeline/timeline.tsx"
import { SuggestedPeople } from "./suggested-people.tsx"
import { TrendingLinks } from "./trending-links.tsx"
import { TrendingTags } from "./trending-tags.tsx"

export function ExplorePage() {
  const t = useT()
  const { tab } = useSearch({ from: "/shell/explore" })
  return (
    <>
      <PageHeader
        title={t("explore.title")}
        back={false}
        below={
          <>
            <div className="px-4 pb-2 wide:hidden">
              <SearchBox />
            </div>
            <Tabs />
          </>
        }
      />
      <Content tab={tab} />
    </>
  )
}

function Tabs() {
  const t = useT()
  const tabs = [
    { tab: undefined, label: t("explore.posts") },
    { tab: "tags", label: t("explore.tags") },
    { tab: "people", label: t("explore.people") },
    { tab: "links", label: t("explore.links") },
  ] as const
  return (
    <TabLinks label={t("explore.tabs")}>
      {tabs.map(({ tab, label }) => (
        <TabLink
          key={label}
          to="/explore"
          search={tab === undefined ? {} : { tab }}
          activeOptions={{ exact: true, includeSearch: true }}
          replace
        >
          {label}
        </TabLink>
      ))}
    </TabLinks>
  )
}

function Content({ tab }: { readonly tab: string | undefined }) {
  switch (tab) {
    case "tags":
      return <TrendingTags />
    case "people":
      return <SuggestedPeople />
    case "links":
      return <TrendingLinks />
    default:
      return <TrendingPosts />
  }
}

function TrendingPosts() {
  const t = useT()
  return (
    <>
      <PlainLink
        to="/live"
        className="flex min-h-12 items-center gap-3 border-b px-4 text-15 font-medium row-hover"
      >
        <Radio size={18} aria-hidden className="text-accent" />
        {t("explore.live")}
      </PlainLink>
      <Timeline
        label={t("explore.posts")}
        name={["trends"]}
        path="/api/v1/trends/statuses"
        context="public"
        empty={
          <EmptyState
            icon={<Compass size={28} />}
            title={t("explore.posts.empty")}
            text={t("explore.posts.empty.text")}
            action={
              <ButtonLink to="/live" look="primary">
                {t("explore.posts.empty.live")}
              </ButtonLink>
            }
          />
        }
      />
    </>
  )
}
