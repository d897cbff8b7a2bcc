// The archive of everything that is one's own: asked for, made by the server in its own time, and fetched.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { useIntl } from "react-intl"
import type { ExportArchive } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button, buttonClass } from "../../ui/button.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { ACCOUNT_PATH } from "./own-account.ts"
import { Progress } from "./progress.tsx"
import { SettingsSection } from "./settings-section.tsx"

const PATH = `${ACCOUNT_PATH}/export/archives`
const key = ["archives"] as const
const LOOK_EVERY_MS = 2_000

export function ArchiveSection() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const { data = [], error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<readonly ExportArchive[]>(PATH, { signal }),
    // Addresses end after a quarter of an hour.
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? LOOK_EVERY_MS : false),
  })
  const ask = useMutation({
    mutationFn: () => api.post<ExportArchive>(PATH),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
  const [latest] = data
  return (
    <SettingsSection title={t("settings.archive")} hint={t("settings.archive.hint")}>
      <div className="flex flex-col items-start gap-4">
        {latest && <Latest archive={latest} />}
        {(!latest || !isUnderWay(latest)) && (
          <Button
            look={latest?.state === "done" ? "secondary" : "primary"}
            busy={ask.isPending}
            onClick={() => ask.mutate()}
          >
            {t("settings.archive.ask")}
          </Button>
        )}
        <FormProblem error={ask.error ?? (latest ? undefined : error)} />
      </div>
    </SettingsSection>
  )
}

function isUnderWay({ state }: ExportArchive): boolean {
  return state === "waiting" || state === "working"
}

function Latest({ archive }: { readonly archive: ExportArchive }) {
  const t = useT()
  const intl = useIntl()
  switch (archive.state) {
    case "waiting":
    case "working":
      return (
        <Progress
          label={t("settings.archive.working")}
          done={archive.posts_done}
          total={archive.posts_total ?? 0}
        />
      )
    case "failed":
      return <p className="text-15 text-danger">{t("settings.archive.failed")}</p>
    case "done":
      return archive.url === null ? (
        <p className="text-15 text-quiet">{t("settings.archive.ended")}</p>
      ) : (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <a href={archive.url} download className={buttonClass({ look: "primary" })}>
            <Download size={18} aria-hidden />
            {t("settings.archive.download", { size: sizeWords(archive.bytes ?? 0, intl) })}
          </a>
          <span className="text-13 text-quiet">
            {t("settings.archive.of", {
              date: intl.formatDate(archive.requested_at, { dateStyle: "medium" }),
            })}
          </span>
        </div>
      )
  }
}

function sizeWords(bytes: number, intl: ReturnType<typeof useIntl>): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kilobyte"] : [bytes / 1_000_000, "megabyte"]
  return intl.formatNumber(value, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 })
}
