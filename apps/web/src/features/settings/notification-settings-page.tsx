// Notification settings: what this device shows while no page is open, and whose notifications wait or are never made.

import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { PolicySection } from "./policy-section.tsx"
import { PushSection } from "./push-section.tsx"
import { WaitingSection } from "./waiting-section.tsx"

export function NotificationSettingsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.notifications.title")} />
      <PushSection />
      <PolicySection />
      <WaitingSection />
    </>
  )
}
