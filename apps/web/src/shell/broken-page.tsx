// When a page itself fails, or its code cannot be loaded because a newer version has replaced it: calm words and a reload.

import { TriangleAlert } from "lucide-react"
import { useT } from "../intl/translate.ts"
import { Button } from "../ui/button.tsx"
import { EmptyState } from "../ui/empty-state.tsx"
import { usePageTitle } from "./page-header.tsx"

export function BrokenPage() {
  const t = useT()
  usePageTitle(t("shell.broken.title"))
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert size={28} />}
        title={t("shell.broken")}
        text={t("shell.broken.text")}
        action={
          <Button look="primary" onClick={() => location.reload()}>
            {t("shell.broken.action")}
          </Button>
        }
      />
    </div>
  )
}
