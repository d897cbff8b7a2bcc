// The composer as a window over any page.

import { Feather } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import type { ComposeRequest } from "../../shell/composer.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

interface ComposeDialogProps {
  readonly request: ComposeRequest
  readonly onClose: () => void
}

export function ComposeDialog({ request, onClose }: ComposeDialogProps) {
  const t = useT()
  return (
    <Dialog open onClose={onClose} title={t("compose.title")} phone="full" width="wide">
      <EmptyState
        key={request.kind}
        icon={<Feather size={28} />}
        title={t("compose.empty")}
        text={t("compose.empty.text")}
      />
    </Dialog>
  )
}
