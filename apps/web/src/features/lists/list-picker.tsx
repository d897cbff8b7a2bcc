// On which of the member's lists somebody is: ticked and unticked at once.

import { useQuery } from "@tanstack/react-query"
import { Plus } from "lucide-react"
import { useState } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { ListForm } from "./list-form.tsx"
import { listsOfQuery, listsQuery, useSetMembership } from "./list-queries.ts"

interface ListPickerProps {
  readonly account: Account
  readonly onClose: () => void
}

export function ListPicker({ account, onClose }: ListPickerProps) {
  const t = useT()
  const api = useApi()
  const lists = useQuery(listsQuery(api))
  const having = useQuery(listsOfQuery(api, account.id))
  const { mutate } = useSetMembership()
  const [making, setMaking] = useState(false)
  const error = lists.error ?? having.error
  if (making)
    return (
      <ListForm
        onSaved={(list) => {
          setMaking(false)
          mutate({ listId: list.id, account, isOn: true })
        }}
        onClose={() => setMaking(false)}
      />
    )
  return (
    <Dialog
      open
      title={t("lists.pick.title", { name: `@${account.username}` })}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" icon={<Plus size={17} aria-hidden />} onClick={() => setMaking(true)}>
            {t("lists.new")}
          </Button>
          <Button look="primary" className="ms-auto" onClick={onClose}>
            {t("lists.pick.done")}
          </Button>
        </>
      }
    >
      {(lists.isPending || having.isPending) && <Spinner label={t("ui.loading")} />}
      {error && (
        <ErrorState
          compact
          error={error}
          onRetry={() => {
            void lists.refetch()
            void having.refetch()
          }}
        />
      )}
      {lists.data?.length === 0 && <p className="text-15 text-quiet">{t("lists.empty.text")}</p>}
      {having.data &&
        lists.data?.map((list) => (
          <Checkbox
            key={list.id}
            label={<bdi>{list.title}</bdi>}
            checked={having.data.some(({ id }) => id === list.id)}
            onChange={(isOn) => mutate({ listId: list.id, account, isOn })}
          />
        ))}
    </Dialog>
  )
}
