// A list's name and what belongs to it: for a new one, and to change one.

import { useState } from "react"
import { ApiError } from "../../api/api-error.ts"
import type { List } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { errorWords } from "../../ui/error-words.ts"
import { Field } from "../../ui/field.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { useSaveList } from "./list-queries.ts"

interface ListFormProps {
  /** Absent for a new one. */
  readonly list?: List
  readonly onSaved: (list: List) => void
  readonly onClose: () => void
}

const LONGEST_TITLE = 256

export function ListForm({ list, onSaved, onClose }: ListFormProps) {
  const t = useT()
  const save = useSaveList(list?.id)
  const [title, setTitle] = useState(list?.title ?? "")
  const [policy, setPolicy] = useState<List["replies_policy"]>(list?.replies_policy ?? "list")
  const [exclusive, setExclusive] = useState(list?.exclusive ?? false)
  const submit = () => {
    if (title.trim() === "") return
    save.mutate({ title: title.trim(), replies_policy: policy, exclusive }, { onSuccess: onSaved })
  }
  return (
    <Dialog open title={t(list ? "lists.edit" : "lists.new")} onClose={onClose}>
      <form
        className="flex flex-col gap-4 pt-1"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field
          label={t("lists.name")}
          value={title}
          maxLength={LONGEST_TITLE}
          dir="auto"
          autoComplete="off"
          placeholder={t("lists.name.example")}
          {...(save.isError && { problem: t(errorWords(ApiError.from(save.error).kind).title) })}
          onChange={(event) => setTitle(event.target.value)}
        />
        <RadioGroup
          label={t("lists.replies")}
          value={policy}
          onChange={setPolicy}
          options={[
            { value: "list", label: t("lists.replies.list") },
            { value: "followed", label: t("lists.replies.followed") },
            { value: "none", label: t("lists.replies.none") },
          ]}
        />
        <Checkbox
          label={t("lists.exclusive")}
          hint={t("lists.exclusive.hint")}
          checked={exclusive}
          onChange={setExclusive}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={title.trim() === ""}>
            {t(list ? "lists.save" : "lists.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
