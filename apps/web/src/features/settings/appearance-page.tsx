// Appearance: light or dark, size of text, motion, and the order of home.

import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { useHomeOrder } from "../home/home-order.ts"
import { AppearanceControls } from "./appearance-controls.tsx"
import { SettingsSection } from "./settings-section.tsx"

export function AppearancePage() {
  const t = useT()
  const [order, choose] = useHomeOrder()
  return (
    <>
      <PageHeader title={t("settings.appearance.title")} />
      <AppearanceControls />
      <SettingsSection title={t("home.title")}>
        <RadioGroup
          label={t("home.order")}
          value={order ?? "latest"}
          options={[
            { value: "latest", label: t("home.order.latest"), hint: t("home.order.latest.hint") },
            { value: "ranked", label: t("home.order.ranked"), hint: t("home.order.ranked.hint") },
          ]}
          onChange={choose}
        />
      </SettingsSection>
    </>
  )
}
