// One filter: a new one, or one that is edited.

import { useQuery } from "@tanstack/react-query"
import { useParams, useRouter } from "@tanstack/react-router"
import { Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { useIntl } from "react-intl"
import type { Filter, FilterContext } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Field, Select } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { useToast } from "../../ui/toast.tsx"
import { SettingsSection } from "../settings/settings-section.tsx"
import { SettingsSkeleton } from "../settings/settings-skeleton.tsx"
import { draftOf, newFilter, withKeyword, withoutKeyword } from "./filter-draft.ts"
import type { DraftKeyword, Ending, FilterDraft } from "./filter-draft.ts"
import { filterQuery, useDeleteFilter, useSaveFilter } from "./filters.ts"
import { contextWords } from "./filters-page.tsx"

const contexts: readonly FilterContext[] = ["home", "public", "thread", "notifications", "account"]
const HOUR = 3_600
const hours = [1, 6, 12]
const days = [1, 7, 30]

export function FilterPage() {
  const t = useT()
  const api = useApi()
  const { id } = useParams({ strict: false })
  const isNew = id === undefined || id === "new"
  const { data, error, refetch, isFetching } = useQuery({ ...filterQuery(api, id ?? ""), enabled: !isNew })
  return (
    <>
      <PageHeader title={t(isNew ? "filters.new" : "filters.edit")} />
      {isNew && <FilterForm key="new" />}
      {!isNew && data && <FilterForm key={data.id} filter={data} />}
      {!isNew && !data && error && (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      )}
      {!isNew && !data && !error && <SettingsSkeleton />}
    </>
  )
}

function FilterForm({ filter }: { readonly filter?: Filter }) {
  const t = useT()
  const router = useRouter()
  const toast = useToast()
  const [draft, setDraft] = useState<FilterDraft>(() => (filter ? draftOf(filter) : newFilter))
  const save = useSaveFilter(filter?.id)
  const change = (part: Partial<FilterDraft>) => setDraft((before) => ({ ...before, ...part }))
  const submit = () =>
    save.mutate(draft, {
      onSuccess() {
        toast({ text: t("filters.saved") })
        void router.navigate({ to: "/settings/filters", replace: true })
      },
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (draft.context.length > 0) submit()
      }}
    >
      <SettingsSection title={t("filters.words")}>
        <Keywords draft={draft} onChange={setDraft} />
        <div className="mt-5">
          <Field
            label={t("filters.name")}
            hint={t("filters.name.hint")}
            maxLength={250}
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        </div>
      </SettingsSection>
      <SettingsSection title={t("filters.action")}>
        <RadioGroup
          label={t("filters.action")}
          labelHidden
          value={draft.action}
          options={[
            { value: "warn", label: t("filters.action.warn"), hint: t("filters.action.warn.hint") },
            { value: "blur", label: t("filters.action.blur"), hint: t("filters.action.blur.hint") },
            { value: "hide", label: t("filters.action.hide"), hint: t("filters.action.hide.hint") },
          ]}
          onChange={(action) => change({ action })}
        />
      </SettingsSection>
      <SettingsSection title={t("filters.where")}>
        <Places context={draft.context} onChange={(context) => change({ context })} />
        <div className="mt-4">
          <EndingChoice
            ending={draft.ending}
            expiresAt={filter?.expires_at ?? null}
            onChange={(ending) => change({ ending })}
          />
        </div>
      </SettingsSection>
      <div className="flex flex-col gap-4 px-4 py-6 rail:px-6">
        <FormProblem error={save.error} />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Button type="submit" look="primary" busy={save.isPending}>
            {t("ui.save")}
          </Button>
          {filter && <DeleteFilter id={filter.id} />}
        </div>
      </div>
    </form>
  )
}

interface KeywordsProps {
  readonly draft: FilterDraft
  readonly onChange: (draft: FilterDraft) => void
}

function Keywords({ draft, onChange }: KeywordsProps) {
  const t = useT()
  const edit = (row: number, part: Partial<DraftKeyword>) =>
    onChange({
      ...draft,
      keywords: draft.keywords.map((one) => (one.row === row ? { ...one, ...part } : one)),
    })
  return (
    <div className="flex flex-col gap-3">
      {draft.keywords.map(({ row, keyword, wholeWord }, place) => (
        <div key={row} className="rounded-12 border p-3">
          <div className="flex items-end gap-1">
            <div className="min-w-0 flex-1">
              <Field
                label={t("filters.word", { number: place + 1 })}
                dir="auto"
                maxLength={500}
                required={place === 0}
                value={keyword}
                onChange={(event) => edit(row, { keyword: event.target.value })}
              />
            </div>
            {draft.keywords.length > 1 && (
              <IconButton
                label={t("filters.word.remove", { number: place + 1 })}
                icon={<Trash2 size={18} aria-hidden />}
                size="large"
                onClick={() => onChange(withoutKeyword(draft, row))}
              />
            )}
          </div>
          <div className="mt-1 -mb-2">
            <Checkbox
              label={t("filters.word.whole")}
              checked={wholeWord}
              onChange={(whole) => edit(row, { wholeWord: whole })}
            />
          </div>
        </div>
      ))}
      <Button
        className="self-start"
        icon={<Plus size={18} aria-hidden />}
        onClick={() => onChange(withKeyword(draft))}
      >
        {t("filters.word.add")}
      </Button>
    </div>
  )
}

interface PlacesProps {
  readonly context: readonly FilterContext[]
  readonly onChange: (context: readonly FilterContext[]) => void
}

function Places({ context, onChange }: PlacesProps) {
  const t = useT()
  return (
    <div role="group" aria-label={t("filters.where")}>
      {contexts.map((one) => (
        <Checkbox
          key={one}
          label={t(contextWords[one])}
          checked={context.includes(one)}
          onChange={(on) => onChange(on ? [...context, one] : context.filter((other) => other !== one))}
        />
      ))}
      {context.length === 0 && (
        <p role="alert" className="text-13 text-danger">
          {t("filters.where.none")}
        </p>
      )}
    </div>
  )
}

interface EndingChoiceProps {
  readonly ending: Ending
  readonly expiresAt: string | null
  readonly onChange: (ending: Ending) => void
}

function EndingChoice({ ending, expiresAt, onChange }: EndingChoiceProps) {
  const t = useT()
  const intl = useIntl()
  const options = [
    ...(expiresAt === null
      ? []
      : [
          {
            value: "keep",
            label: t("filters.ends.keep", {
              date: intl.formatDate(expiresAt, { dateStyle: "medium", timeStyle: "short" }),
            }),
          },
        ]),
    { value: "never", label: t("filters.ends.never") },
    ...hours.map((count) => ({ value: String(count * HOUR), label: t("filters.ends.hours", { count }) })),
    ...days.map((count) => ({ value: String(count * 24 * HOUR), label: t("filters.ends.days", { count }) })),
  ]
  return (
    <Select
      label={t("filters.ends")}
      value={ending === null ? "never" : String(ending)}
      options={options}
      onChange={(value) => onChange(value === "keep" ? "keep" : value === "never" ? null : Number(value))}
    />
  )
}

function DeleteFilter({ id }: { readonly id: string }) {
  const t = useT()
  const router = useRouter()
  const toast = useToast()
  const [asking, setAsking] = useState(false)
  const remove = useDeleteFilter(id)
  return (
    <>
      <Button look="quiet" className="text-danger" onClick={() => setAsking(true)}>
        {t("filters.delete")}
      </Button>
      <ConfirmDialog
        open={asking}
        danger
        title={t("filters.delete.title")}
        text={t("filters.delete.text")}
        confirm={t("filters.delete.confirm")}
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess() {
              toast({ text: t("filters.deleted") })
              void router.navigate({ to: "/settings/filters", replace: true })
            },
            onError(error) {
              setAsking(false)
              toast({ tone: "failure", text: failureWords(error, t) })
            },
          })
        }
      />
    </>
  )
}
