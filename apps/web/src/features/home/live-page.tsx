// Live: every public post of the community as it is written.

import { Radio } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { Timeline } from "../timeline/timeline.tsx"

export function LivePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("home.live.title")} subtitle={t("home.live.subtitle")} />
      <Timeline
        label={t("home.live.title")}
        name={["public"]}
        path="/api/v1/timelines/public"
        query={{ local: true }}
        context="public"
        live={{ stream: "public:local" }}
        empty={
          <EmptyState
            icon={<Radio size={28} />}
            title={t("home.live.empty")}
            text={t("home.live.empty.text")}
          />
        }
      />
    </>
  )
}
