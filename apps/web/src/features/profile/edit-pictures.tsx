// A profile's two pictures as they will look, each to be chosen, cut and described.

import { Camera } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import type { CredentialAccount } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { cx } from "../../ui/class-names.ts"
import { Field } from "../../ui/field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { CropDialog } from "./crop-dialog.tsx"
import type { CropGoal } from "./crop-dialog.tsx"
import type { EditProps } from "./edit-profile-page.tsx"
import type { NewPictures } from "./profile-form.ts"

interface EditPicturesProps extends Pick<EditProps, "problems"> {
  readonly member: CredentialAccount
  readonly pictures: NewPictures
  readonly onPictures: (pictures: NewPictures) => void
}

const goals = {
  avatar: { kind: "avatar", width: 400, height: 400 },
  header: { kind: "header", width: 1500, height: 500 },
} as const satisfies Record<string, CropGoal>

interface Cropping {
  readonly file: File
  readonly goal: CropGoal
}

export function EditPictures({ member, pictures, onPictures, problems }: EditPicturesProps) {
  const t = useT()
  const toast = useToast()
  const [cropping, setCropping] = useState<Cropping>()
  const avatar = usePreview(pictures.avatar, member.avatar_static)
  const header = usePreview(pictures.header, member.header_static)
  const problem = problems.avatar ?? problems.header
  return (
    <>
      <PictureButton
        kind="header"
        url={header}
        onFile={(file) => setCropping({ file, goal: goals.header })}
      />
      <div className="px-4 rail:px-6">
        <PictureButton
          kind="avatar"
          url={avatar}
          onFile={(file) => setCropping({ file, goal: goals.avatar })}
        />
        {problem !== undefined && (
          <p role="alert" className="mt-2 text-13 text-danger">
            {problem}
          </p>
        )}
      </div>
      {cropping && (
        <CropDialog
          {...cropping}
          onDone={(picture) => {
            onPictures({ ...pictures, [cropping.goal.kind]: picture })
            setCropping(undefined)
          }}
          onUnreadable={() => {
            setCropping(undefined)
            toast({ tone: "failure", text: t("profile.crop.unreadable") })
          }}
          onClose={() => setCropping(undefined)}
        />
      )}
    </>
  )
}

/** The new picture as long as there is one. */
function usePreview(picture: Blob | undefined, present: string): string {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!picture) return
    const made = URL.createObjectURL(picture)
    // The address is made and released with the effect: it keeps the picture in memory.
    // oxlint-disable-next-line react/set-state-in-effect
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [picture])
  return picture && url !== undefined ? url : present
}

/** For those who do not see them. */
export function PictureWords({ form, onChange }: Pick<EditProps, "form" | "onChange">) {
  const t = useT()
  return (
    <fieldset>
      <legend className="text-18 font-strong">{t("profile.edit.words")}</legend>
      <p className="mb-3 text-15 text-quiet">{t("profile.edit.words.hint")}</p>
      <div className="grid gap-3 rail:grid-cols-2">
        <Field
          label={t("profile.edit.avatar.words")}
          value={form.avatarDescription}
          dir="auto"
          onChange={(event) => onChange({ avatarDescription: event.target.value })}
        />
        <Field
          label={t("profile.edit.header.words")}
          value={form.headerDescription}
          dir="auto"
          onChange={(event) => onChange({ headerDescription: event.target.value })}
        />
      </div>
    </fieldset>
  )
}

interface PictureButtonProps {
  readonly kind: "avatar" | "header"
  readonly url: string
  readonly onFile: (file: File) => void
}

function PictureButton({ kind, url, onFile }: PictureButtonProps) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const types = useInstance()?.configuration.media_attachments.supported_mime_types ?? ["image/*"]
  return (
    <>
      <button
        type="button"
        aria-label={t(kind === "avatar" ? "profile.edit.avatar" : "profile.edit.header")}
        className={cx(
          "relative block overflow-hidden bg-accent-soft focus-visible:-outline-offset-4",
          kind === "avatar" ? "-mt-12 size-24 rounded-full ring-4 ring-surface" : "aspect-[3/1] w-full",
        )}
        onClick={() => input.current?.click()}
      >
        <img src={url} alt="" draggable={false} className="size-full object-cover" />
        <span aria-hidden className="absolute inset-0 flex items-center justify-center">
          <span className="flex size-11 items-center justify-center rounded-full bg-shade text-on-shade">
            <Camera size={20} />
          </span>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        data-picture={kind}
        accept={types.filter((type) => type.startsWith("image/")).join(",")}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ""
          if (file) onFile(file)
        }}
      />
    </>
  )
}
