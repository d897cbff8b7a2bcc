// The second step of signing in: whether it is on, and the ways to turn it on and off and to get new recovery codes.

import { useQueryClient } from "@tanstack/react-query"
import { ShieldCheck } from "lucide-react"
import { useState } from "react"
import type { OwnAccount, SecondFactor } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { ownAccountKey } from "./own-account.ts"
import { RenewCodesDialog, TurnOffDialog } from "./second-factor-dialogs.tsx"
import { SetUpDialog } from "./second-factor-set-up.tsx"
import { SettingsSection } from "./settings-section.tsx"

const LEFT_FEW = 3

type Open = "set-up" | "renew" | "off"

export function SecondFactorSection({ factor }: { readonly factor: SecondFactor }) {
  const t = useT()
  const queries = useQueryClient()
  const [open, setOpen] = useState<Open>()
  const close = () => {
    setOpen(undefined)
    void queries.invalidateQueries({ queryKey: ownAccountKey })
  }
  const became = (totp: boolean) =>
    queries.setQueryData<OwnAccount>(
      ownAccountKey,
      (before) => before && { ...before, second_factor: { ...before.second_factor, totp } },
    )
  return (
    <SettingsSection title={t("settings.factor")} hint={t("settings.factor.hint")}>
      {factor.totp ? (
        <>
          <p className="flex items-center gap-2 text-16 font-medium">
            <ShieldCheck size={20} aria-hidden className="text-repost" />
            {t("settings.factor.on")}
          </p>
          <p
            className={
              factor.recovery_codes_left <= LEFT_FEW ? "mt-1 text-15 text-warning" : "mt-1 text-15 text-quiet"
            }
          >
            {t("settings.factor.codes.left", { count: factor.recovery_codes_left })}
          </p>
          <div className="mt-4 flex flex-wrap gap-2">
            <Button onClick={() => setOpen("renew")}>{t("settings.factor.renew")}</Button>
            <Button look="quiet" className="text-danger" onClick={() => setOpen("off")}>
              {t("settings.factor.off")}
            </Button>
          </div>
        </>
      ) : (
        <Button look="primary" onClick={() => setOpen("set-up")}>
          {t("settings.factor.set-up")}
        </Button>
      )}
      {open === "set-up" && <SetUpDialog onDone={() => became(true)} onClose={close} />}
      {open === "renew" && <RenewCodesDialog onClose={close} />}
      {open === "off" && <TurnOffDialog onDone={() => became(false)} onClose={close} />}
    </SettingsSection>
  )
}
