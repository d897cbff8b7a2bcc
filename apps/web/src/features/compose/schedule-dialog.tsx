// When a post is to appear.

import { useState } from "react"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { LEAST_AHEAD_MS, isAheadEnough } from "./draft.ts"
import { localMoment, momentOf, nextMoment } from "./scheduled.ts"

interface ScheduleDialogProps {
  /** ISO 8601; undefined where there is none yet. */
  readonly at: string | undefined
  readonly busy?: boolean
  readonly onSave: (at: string) => void
  /** Where it can be posted at once instead. */
  readonly onClear?: () => void
  readonly onClose: () => void
}

export function ScheduleDialog({ at, busy = false, onSave, onClear, onClose }: ScheduleDialogProps) {
  const t = useT()
  const [local, setLocal] = useState(() =>
    localMoment(at === undefined ? nextMoment(new Date()) : new Date(at)),
  )
  const [soonest] = useState(() => localMoment(new Date(Date.now() + LEAST_AHEAD_MS)))
  const [isTooSoon, setTooSoon] = useState(false)
  const moment = momentOf(local)
  const save = () => {
    if (moment === undefined) return
    if (isAheadEnough(moment, Date.now())) onSave(moment)
    else setTooSoon(true)
  }
  return (
    <Dialog
      open
      title={t("compose.schedule")}
      onClose={onClose}
      actions={
        <>
          {onClear && at !== undefined && (
            <Button look="quiet" className="me-auto" onClick={onClear}>
              {t("compose.schedule.clear")}
            </Button>
          )}
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button look="primary" busy={busy} disabled={moment === undefined} onClick={save}>
            {t("compose.schedule.save")}
          </Button>
        </>
      }
    >
      <Field
        type="datetime-local"
        label={t("compose.schedule.when")}
        hint={t("compose.schedule.hint")}
        value={local}
        min={soonest}
        problem={isTooSoon ? t("compose.schedule.soon") : undefined}
        onChange={(event) => {
          setTooSoon(false)
          setLocal(event.target.value)
        }}
      />
    </Dialog>
  )
}
