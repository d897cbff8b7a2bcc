// Your data: lists and an archive to take along, and lists to bring along.

import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { ArchiveSection } from "./archive-section.tsx"
import { ImportSection } from "./import-section.tsx"
import { ListFiles } from "./list-files.tsx"
import { SettingsSection } from "./settings-section.tsx"

export function ExportPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.export.title")} />
      <ArchiveSection />
      <SettingsSection title={t("settings.lists")} hint={t("settings.lists.hint")}>
        <ListFiles />
      </SettingsSection>
      <ImportSection />
    </>
  )
}
