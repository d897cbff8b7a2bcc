// Lists of another server, brought along as its files.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Upload } from "lucide-react"
import { useRef, useState } from "react"
import type { DataImport, ImportKind } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Select } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { ACCOUNT_PATH } from "./own-account.ts"
import { Progress } from "./progress.tsx"
import { SettingsSection } from "./settings-section.tsx"

const PATH = `${ACCOUNT_PATH}/imports`
const key = ["imports"] as const
const LOOK_EVERY_MS = 1_500
const SHOWN_FAILURES = 5

export function ImportSection() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [kind, setKind] = useState<ImportKind>("following")
  const { data = [] } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<readonly DataImport[]>(PATH, { signal }),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? LOOK_EVERY_MS : false),
  })
  const send = useMutation({
    mutationFn(file: File) {
      const form = new FormData()
      form.set("kind", kind)
      form.set("data", file)
      return api.post<DataImport>(PATH, { body: form })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
  const [latest] = data
  return (
    <SettingsSection title={t("settings.import")} hint={t("settings.import.hint")}>
      <div className="flex flex-col gap-4">
        <Select
          label={t("settings.import.kind")}
          value={kind}
          options={[
            { value: "following", label: t("settings.lists.following") },
            { value: "muting", label: t("settings.lists.muted") },
            { value: "blocking", label: t("settings.lists.blocked") },
            { value: "bookmarks", label: t("settings.lists.bookmarks") },
          ]}
          onChange={setKind}
        />
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv,text/plain"
          className="sr-only"
          tabIndex={-1}
          aria-label={t("settings.import.file")}
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file) send.mutate(file)
            target.value = ""
          }}
        />
        <Button
          className="self-start"
          icon={<Upload size={18} aria-hidden />}
          busy={send.isPending}
          disabled={latest !== undefined && isUnderWay(latest)}
          onClick={() => input.current?.click()}
        >
          {t("settings.import.choose")}
        </Button>
        <FormProblem error={send.error} />
        {latest && <Latest latest={latest} />}
      </div>
    </SettingsSection>
  )
}

function isUnderWay({ state }: DataImport): boolean {
  return state === "waiting" || state === "working"
}

function Latest({ latest }: { readonly latest: DataImport }) {
  const t = useT()
  if (isUnderWay(latest))
    return <Progress label={wordsOf(latest, t)} done={latest.done} total={latest.total} />
  return (
    <div className="text-15">
      <p className={latest.state === "failed" ? "text-danger" : undefined}>{wordsOf(latest, t)}</p>
      {latest.failures.length > 0 && (
        <ul className="mt-2 text-13 text-quiet">
          {latest.failures.slice(0, SHOWN_FAILURES).map(({ value, reason }) => (
            <li key={value} className="truncate">
              <bdi>{value}</bdi>: {reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function wordsOf({ state, done, total, failed }: DataImport, t: Translate): string {
  switch (state) {
    case "waiting":
    case "working":
      return t("settings.import.working", { done, total })
    case "done":
      return t("settings.import.done", { count: done - failed, failed })
    case "failed":
      return t("settings.import.failed")
  }
}
