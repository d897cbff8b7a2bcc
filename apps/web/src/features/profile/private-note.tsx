// What a member has noted about another. Nobody else ever sees it.

import { NotebookPen } from "lucide-react"
import { useState } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { TextArea } from "../../ui/field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { useChangeRelationship } from "../people/relationship.ts"

interface PrivateNoteProps {
  readonly account: Account
  readonly note: string
}

export function PrivateNote({ account, note }: PrivateNoteProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="mt-3 flex w-full items-start gap-2 rounded-12 bg-sunken px-3 py-2 text-start text-15 hover:bg-pressed"
        onClick={() => setOpen(true)}
      >
        <NotebookPen size={16} aria-hidden className="mt-0.5 shrink-0 text-quiet" />
        <span className="min-w-0">
          <span className="block text-13 text-quiet">{t("profile.note")}</span>
          <span dir="auto" className="line-clamp-6 whitespace-pre-line">
            {note}
          </span>
        </span>
      </button>
      {open && <NoteDialog account={account} note={note} onClose={() => setOpen(false)} />}
    </>
  )
}

const LONGEST = 2_000

export function NoteDialog({ account, note, onClose }: PrivateNoteProps & { readonly onClose: () => void }) {
  const t = useT()
  const toast = useToast()
  const change = useChangeRelationship(account)
  const [text, setText] = useState(note)
  const name = `@${account.username}`
  const save = () => {
    change.mutate(
      { action: "note", body: { comment: text.trim() } },
      {
        onSuccess: onClose,
        onError: () => toast({ tone: "failure", text: t("people.failed", { name }) }),
      },
    )
  }
  return (
    <Dialog
      open
      title={t("profile.note.title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button look="primary" busy={change.isPending} onClick={save}>
            {t("profile.note.save")}
          </Button>
        </>
      }
    >
      <TextArea
        label={t("profile.note.label")}
        hint={t("profile.note.hint")}
        value={text}
        maxLength={LONGEST}
        dir="auto"
        rows={4}
        onChange={(event) => setText(event.target.value)}
      />
    </Dialog>
  )
}
