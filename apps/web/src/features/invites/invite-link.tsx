// An invite's link, to be copied, shared or scanned.

import { Share2 } from "lucide-react"
import type { Invite } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { CopyButton } from "../../ui/copy-button.tsx"
import { QrPicture } from "../../ui/qr-picture.tsx"

/** The client's own page for joining; the server's is for browsers without scripts. */
export function inviteUrl({ code }: Pick<Invite, "code">): string {
  return `${location.origin}/sign-up?invite=${encodeURIComponent(code)}`
}

export function InviteLink({ invite }: { readonly invite: Invite }) {
  const t = useT()
  const url = inviteUrl(invite)
  const title = useInstance()?.title ?? ""
  return (
    <div className="flex flex-wrap items-center gap-5 rounded-12 bg-sunken p-4">
      <QrPicture text={url} label={t("invites.qr")} size={132} />
      <div className="min-w-0 flex-1 basis-56">
        <p className="text-13 text-quiet">{t("invites.link")}</p>
        <p dir="ltr" className="mt-1 mb-3 text-15 font-medium wrap-anywhere select-all">
          {url}
        </p>
        <div className="flex flex-wrap gap-2">
          <CopyButton text={url} look="primary" size="small" />
          {"share" in navigator && (
            <Button
              size="small"
              icon={<Share2 size={18} aria-hidden />}
              // Closing the system's sheet is no failure.
              onClick={() => void navigator.share({ title, url }).catch(() => {})}
            >
              {t("invites.share")}
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}
