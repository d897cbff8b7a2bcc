// The member's lists as files that other servers read.

import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { useToast } from "../../ui/toast.tsx"
import { ACCOUNT_PATH } from "./own-account.ts"
import { saveFile } from "./save-file.ts"

const files: readonly { readonly file: string; readonly label: MessageId }[] = [
  { file: "following_accounts.csv", label: "settings.lists.following" },
  { file: "muted_accounts.csv", label: "settings.lists.muted" },
  { file: "blocked_accounts.csv", label: "settings.lists.blocked" },
  { file: "lists.csv", label: "settings.lists.lists" },
  { file: "bookmarks.csv", label: "settings.lists.bookmarks" },
  { file: "likes.csv", label: "settings.lists.likes" },
]

export function ListFiles() {
  const t = useT()
  const api = useApi()
  const toast = useToast()
  const save = useMutation({
    async mutationFn(file: string) {
      const answer = await api.send("GET", `${ACCOUNT_PATH}/export/${file}`)
      saveFile(await answer.blob(), file)
    },
    onError: (error) => toast({ tone: "failure", text: failureWords(error, t) }),
  })
  return (
    <ul className="grid grid-cols-1 gap-2 rail:grid-cols-2">
      {files.map(({ file, label }) => (
        <li key={file}>
          <Button
            wide
            className="justify-start"
            icon={<Download size={18} aria-hidden />}
            busy={save.isPending && save.variables === file}
            onClick={() => save.mutate(file)}
          >
            {t(label)}
          </Button>
        </li>
      ))}
    </ul>
  )
}
