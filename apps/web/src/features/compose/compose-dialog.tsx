// The composer as a window over any page. Closing it loses nothing: what was begun is a draft.

import type { ComposeRequest } from "../../shell/composer.tsx"
import { useT } from "../../intl/translate.ts"
import type { MessageId } from "../../intl/en.ts"
import { Dialog } from "../../ui/dialog.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { useToast } from "../../ui/toast.tsx"
import { PostSkeleton } from "../../ui/skeletons.tsx"
import { ComposerForm } from "./composer-form.tsx"
import { useOutbox } from "./outbox-context.tsx"
import { useDraft } from "./use-draft.ts"

interface ComposeDialogProps {
  readonly request: ComposeRequest
  readonly onClose: () => void
}

const titles: Readonly<Record<ComposeRequest["kind"], MessageId>> = {
  new: "compose.title",
  reply: "compose.title.reply",
  quote: "compose.title",
  edit: "compose.title.edit",
  redraft: "compose.title.redraft",
  draft: "compose.title",
}

export function ComposeDialog({ request, onClose }: ComposeDialogProps) {
  const t = useT()
  const toast = useToast()
  const outbox = useOutbox()
  const open = useDraft(request)
  const submit = async () => {
    if (!open || !outbox) return
    try {
      await outbox.put(open.draft)
    } catch {
      // The browser keeps nothing, and so the words stay where they are.
      toast({ tone: "failure", text: t("compose.not.kept") })
      return
    }
    await open.discard()
    onClose()
  }
  const close = () => {
    if (open && !open.isUntouched) toast({ text: t("compose.draft.kept") })
    onClose()
  }
  return (
    <Dialog
      open
      bare
      onClose={close}
      title={t(titles[request.kind])}
      phone="full"
      width="wide"
      aside={
        <ButtonLink to="/drafts" look="quiet" size="small" onClick={close}>
          {t("compose.drafts.title")}
        </ButtonLink>
      }
    >
      {open ? <ComposerForm open={open} onSubmit={() => void submit()} /> : <PostSkeleton />}
    </Dialog>
  )
}
