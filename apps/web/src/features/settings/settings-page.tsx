// Settings: who one is, and the way to everything that can be set.

import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { AppearanceControls } from "./appearance-controls.tsx"
import { SettingList } from "./setting-list.tsx"

export function SettingsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.title")} back={false} />
      <Me />
      <div className="wide:hidden">
        <SettingList />
      </div>
      <div className="max-wide:hidden">
        <AppearanceControls />
      </div>
    </>
  )
}

function Me() {
  const t = useT()
  const member = useMember()
  if (!member) return <div className="h-25 border-b" />
  return (
    <div className="flex min-h-25 flex-wrap items-center gap-4 border-b px-4 py-5 rail:px-6">
      <Avatar account={member} size={56} />
      <div className="min-w-24 flex-1">
        <DisplayName account={member} className="text-18 font-strong" />
        <Handle account={member} className="text-15" />
      </div>
      <ButtonLink to="/settings/profile" size="small">
        {t("settings.edit-profile")}
      </ButtonLink>
    </div>
  )
}
