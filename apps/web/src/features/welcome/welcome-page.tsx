// What a visitor meets at the front door: the community's name and picture, who is here, what they talk about right now, and the way in.

import { Radio } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { OfflineBanner } from "../../shell/offline-banner.tsx"
import { usePageTitle } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { Link } from "../../ui/link.tsx"
import { Timeline } from "../timeline/timeline.tsx"
import { Door } from "./door.tsx"
import { TopBar } from "./top-bar.tsx"

export function WelcomePage() {
  const t = useT()
  usePageTitle(useInstance()?.title ?? t("shell.home"))
  return (
    <div className="min-h-dvh">
      <OfflineBanner />
      <TopBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto grid max-w-[72rem] grid-cols-[minmax(0,1fr)] gap-x-14 wide:grid-cols-[minmax(0,1fr)_600px] wide:px-8"
      >
        <Door />
        <section
          aria-labelledby="welcome-live"
          className="column-edges min-w-0 bg-surface max-wide:mx-auto max-wide:w-full max-wide:max-w-[600px]"
        >
          <h2
            id="welcome-live"
            className="flex min-h-14 items-center gap-2.5 border-b px-4 text-18 font-strong tracking-tight max-rail:border-t"
          >
            <Radio size={19} aria-hidden className="text-accent" />
            {t("welcome.live")}
          </h2>
          <Timeline
            label={t("welcome.live")}
            name={["public"]}
            path="/api/v1/timelines/public"
            query={{ local: true }}
            context="public"
            empty={
              <EmptyState
                icon={<Radio size={28} />}
                title={t("welcome.live.empty")}
                text={t("welcome.live.empty.text")}
              />
            }
            end={<Link to="/explore">{t("welcome.explore")}</Link>}
          />
        </section>
      </main>
    </div>
  )
}
