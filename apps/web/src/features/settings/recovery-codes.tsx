// The recovery codes, shown once: to be copied or saved before one goes on.

import { Download } from "lucide-react"
import { useState } from "react"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { CopyButton } from "../../ui/copy-button.tsx"
import { saveFile } from "./save-file.ts"

interface RecoveryCodesProps {
  readonly codes: readonly string[]
  readonly onClose: () => void
}

export function RecoveryCodes({ codes, onClose }: RecoveryCodesProps) {
  const t = useT()
  const [kept, setKept] = useState(false)
  const text = codes.join("\n")
  return (
    <div className="flex flex-col gap-4">
      <p className="text-15">{t("settings.factor.codes")}</p>
      <ul
        dir="ltr"
        aria-label={t("settings.factor.codes.label")}
        className="grid grid-cols-2 gap-x-4 gap-y-1.5 rounded-12 bg-sunken p-4 text-center font-mono text-15 select-all"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} size="small" />
        <Button
          size="small"
          icon={<Download size={18} aria-hidden />}
          onClick={() => saveFile(new Blob([`${text}\n`], { type: "text/plain" }), "recovery-codes.txt")}
        >
          {t("settings.factor.codes.save")}
        </Button>
      </div>
      <Checkbox label={t("settings.factor.codes.kept")} checked={kept} onChange={setKept} />
      <Button look="primary" disabled={!kept} onClick={onClose}>
        {t("settings.done")}
      </Button>
    </div>
  )
}
