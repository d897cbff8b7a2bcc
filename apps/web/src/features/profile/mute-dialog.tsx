// For how long a member is not to be seen, and whether their notifications are to come.

import { useState } from "react"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import type { MuteOptions } from "./use-standing.ts"

interface MuteDialogProps {
  readonly name: string
  readonly onMute: (options: MuteOptions) => void
  readonly onClose: () => void
}

/** Seconds. */
const durations = {
  "0": "profile.mute.always",
  "3600": "profile.mute.hour",
  "86400": "profile.mute.day",
  "604800": "profile.mute.week",
  "2592000": "profile.mute.month",
} as const satisfies Record<string, MessageId>

type Duration = keyof typeof durations

const choices: readonly Duration[] = ["0", "3600", "86400", "604800", "2592000"]

export function MuteDialog({ name, onMute, onClose }: MuteDialogProps) {
  const t = useT()
  const [duration, setDuration] = useState<Duration>("0")
  const [notifications, setNotifications] = useState(true)
  return (
    <Dialog
      open
      title={t("profile.mute.title", { name })}
      description={t("profile.mute.text")}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button look="primary" onClick={() => onMute({ duration: Number(duration), notifications })}>
            {t("profile.mute.confirm")}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={t("profile.mute.duration")}
        value={duration}
        onChange={setDuration}
        options={choices.map((value) => ({ value, label: t(durations[value]) }))}
      />
      <Checkbox label={t("profile.mute.notifications")} checked={notifications} onChange={setNotifications} />
    </Dialog>
  )
}
