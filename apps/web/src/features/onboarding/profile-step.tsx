// A picture, a name, a line about oneself.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Camera } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import type { CredentialAccount } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { memberKey, useApi } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Button } from "../../ui/button.tsx"
import { Field, TextArea } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { NextBar } from "./next-bar.tsx"

interface ProfileStepProps {
  readonly member: CredentialAccount
  readonly onNext: () => void
}

export function ProfileStep({ member, onNext }: ProfileStepProps) {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const [name, setName] = useState(member.display_name)
  const [note, setNote] = useState(member.source.note)
  const [picture, setPicture] = useState<File>()
  const save = useMutation({
    mutationFn() {
      const form = new FormData()
      form.set("display_name", name.trim())
      form.set("note", note.trim())
      if (picture) form.set("avatar", picture)
      return api.patch<CredentialAccount>("/api/v1/accounts/update_credentials", { body: form })
    },
    onSuccess(changed) {
      queries.setQueryData(memberKey, changed)
      onNext()
    },
  })
  const untouched = !picture && name === member.display_name && note === member.source.note
  return (
    <form
      className="flex flex-1 flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (untouched) onNext()
        else save.mutate()
      }}
    >
      <PictureChoice member={member} picture={picture} onChoose={setPicture} />
      <Field
        label={t("onboarding.profile.name")}
        hint={t("onboarding.profile.name.hint")}
        autoComplete="name"
        dir="auto"
        maxLength={30}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={t("onboarding.profile.note")}
        hint={t("onboarding.profile.note.hint")}
        dir="auto"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <FormProblem error={save.error} />
      <NextBar label={t("onboarding.next")} busy={save.isPending} />
    </form>
  )
}

interface PictureChoiceProps {
  readonly member: CredentialAccount
  readonly picture: File | undefined
  readonly onChoose: (picture: File) => void
}

function PictureChoice({ member, picture, onChoose }: PictureChoiceProps) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState<string>()
  useEffect(
    () => () => {
      if (url !== undefined) URL.revokeObjectURL(url)
    },
    [url],
  )
  const shown = url === undefined ? member : { avatar: url, avatar_static: url }
  return (
    <div className="flex flex-wrap items-center gap-5">
      <Avatar account={shown} size={96} />
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
        tabIndex={-1}
        aria-label={t("onboarding.profile.picture")}
        className="sr-only"
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ""
          if (!file) return
          setUrl(URL.createObjectURL(file))
          onChoose(file)
        }}
      />
      <Button icon={<Camera size={18} aria-hidden />} onClick={() => input.current?.click()}>
        {t(picture ? "onboarding.profile.picture.change" : "onboarding.profile.picture")}
      </Button>
    </div>
  )
}
