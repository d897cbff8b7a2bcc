// Home: the posts of those whom the member follows, newest first, or ranked where the member has chosen that.

import { House, Settings2 } from "lucide-react"
import { Suspense, lazy, useState } from "react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { Menu, MenuChoice } from "../../ui/menu.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useAnnouncements } from "../announcements/use-announcements.ts"
import { Timeline } from "../timeline/timeline.tsx"
import { ResumeCard } from "../onboarding/resume-card.tsx"
import { useHomeOrder } from "./home-order.ts"
import type { HomeOrder } from "./home-order.ts"
import { latestHome } from "./latest-home.ts"
import { InlineCompose } from "./inline-compose.tsx"
import { RankedTimeline } from "./ranked-timeline.tsx"

/** It brings the emoji along. */
const AnnouncementCard = lazy(async () => {
  const { AnnouncementCard: component } = await import("../announcements/announcement-card.tsx")
  return { default: component }
})

export function HomePage() {
  const t = useT()
  const [order, choose] = useHomeOrder()
  const announced = useAnnouncements().data?.[0] !== undefined
  return (
    <>
      <PageHeader
        title={t("home.title")}
        back={false}
        actions={<OrderMenu order={order ?? "latest"} onChange={choose} />}
      />
      <ResumeCard />
      {announced && (
        <Suspense>
          <AnnouncementCard />
        </Suspense>
      )}
      <InlineCompose />
      {order === undefined && <SkeletonList of="posts" />}
      {order === "latest" && (
        <Timeline
          label={t("home.title")}
          name={latestHome.name}
          path={latestHome.path}
          context="home"
          live={{ stream: "user" }}
          empty={<EmptyHome />}
        />
      )}
      {order === "ranked" && <RankedTimeline empty={<EmptyHome />} />}
    </>
  )
}

interface OrderMenuProps {
  readonly order: HomeOrder
  readonly onChange: (order: HomeOrder) => void
}

function OrderMenu({ order, onChange }: OrderMenuProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <Menu
      onOpenChange={setOpen}
      trigger={
        <IconButton label={t("home.order")} icon={<Settings2 size={19} aria-hidden />} aria-expanded={open} />
      }
    >
      <MenuChoice
        label={t("home.order")}
        value={order}
        options={[
          { value: "latest", label: t("home.order.latest"), hint: t("home.order.latest.hint") },
          { value: "ranked", label: t("home.order.ranked"), hint: t("home.order.ranked.hint") },
        ]}
        onChange={onChange}
      />
    </Menu>
  )
}

function EmptyHome() {
  const t = useT()
  const compose = useComposer()
  return (
    <EmptyState
      icon={<House size={28} />}
      title={t("home.empty")}
      text={t("home.empty.text")}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <ButtonLink look="primary" to="/explore">
            {t("home.empty.find")}
          </ButtonLink>
          <button
            type="button"
            className="touch-target min-h-10 rounded-full px-4 text-15 font-medium text-accent hover:bg-hover"
            onClick={() => compose({ kind: "new" })}
          >
            {t("home.empty.write")}
          </button>
        </div>
      }
    />
  )
}
