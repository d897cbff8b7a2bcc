// One list: what the people on it post, as they post it.

import { useQuery } from "@tanstack/react-query"
import { useNavigate, useParams } from "@tanstack/react-router"
import { Ellipsis, List as ListIcon, Pencil, Trash2, Users } from "lucide-react"
import { useState } from "react"
import type { List } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { Menu, MenuItem } from "../../ui/menu.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useToast } from "../../ui/toast.tsx"
import { Timeline } from "../timeline/timeline.tsx"
import { ListForm } from "./list-form.tsx"
import { ListMembers } from "./list-members.tsx"
import { listMembersQuery, listQuery, useDeleteList } from "./list-queries.ts"

export function ListPage() {
  const { id } = useParams({ from: "/shell/member/lists/$id" })
  return <OneList key={id} id={id} />
}

type ListWindow = "edit" | "members" | "delete"

function OneList({ id }: { readonly id: string }) {
  const t = useT()
  const api = useApi()
  const list = useQuery(listQuery(api, id))
  const members = useQuery({ ...listMembersQuery(api, id), enabled: list.data !== undefined })
  const [shown, setShown] = useState<ListWindow>()
  const known = list.data
  return (
    <>
      <PageHeader
        title={known?.title ?? t("lists.list.title")}
        {...(members.data && { subtitle: t("lists.members.count", { count: members.data.length }) })}
        {...(known && { actions: <Actions onOpen={setShown} /> })}
      />
      {list.isPending && <SkeletonList of="posts" />}
      {list.isError && !known && (
        <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
      )}
      {known && (
        <Timeline
          label={known.title}
          name={["list", id]}
          path={`/api/v1/timelines/list/${id}`}
          context="home"
          live={{ stream: "list", list: id }}
          empty={<EmptyList hasMembers={members.data?.length !== 0} onAdd={() => setShown("members")} />}
        />
      )}
      {known && <Windows list={known} shown={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

function EmptyList({ hasMembers, onAdd }: { readonly hasMembers: boolean; readonly onAdd: () => void }) {
  const t = useT()
  return (
    <EmptyState
      icon={<ListIcon size={28} />}
      title={t(hasMembers ? "lists.list.empty" : "lists.list.nobody")}
      text={t("lists.list.empty.text")}
      action={
        <Button look="primary" onClick={onAdd}>
          {t("lists.members.add")}
        </Button>
      }
    />
  )
}

function Actions({ onOpen }: { readonly onOpen: (what: ListWindow) => void }) {
  const t = useT()
  return (
    <>
      <IconButton
        label={t("lists.members")}
        icon={<Users size={20} aria-hidden />}
        onClick={() => onOpen("members")}
      />
      <Menu
        trigger={
          <IconButton label={t("lists.menu")} icon={<Ellipsis size={20} aria-hidden />} className="-me-2" />
        }
      >
        <MenuItem icon={<Pencil size={18} aria-hidden />} onSelect={() => onOpen("edit")}>
          {t("lists.edit")}
        </MenuItem>
        <MenuItem danger icon={<Trash2 size={18} aria-hidden />} onSelect={() => onOpen("delete")}>
          {t("lists.delete")}
        </MenuItem>
      </Menu>
    </>
  )
}

interface WindowsProps {
  readonly list: List
  readonly shown: ListWindow | undefined
  readonly onClose: () => void
}

function Windows({ list, shown, onClose }: WindowsProps) {
  switch (shown) {
    case undefined:
      return null
    case "edit":
      return <ListForm list={list} onSaved={onClose} onClose={onClose} />
    case "members":
      return <ListMembers list={list} onClose={onClose} />
    case "delete":
      return <DeleteList list={list} onClose={onClose} />
  }
}

function DeleteList({ list, onClose }: { readonly list: List; readonly onClose: () => void }) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const remove = useDeleteList(list.id)
  return (
    <ConfirmDialog
      open
      danger
      title={t("lists.delete.title", { title: list.title })}
      text={t("lists.delete.text")}
      confirm={t("lists.delete")}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => void navigate({ to: "/lists", replace: true }),
          onError: () => toast({ tone: "failure", text: t("lists.delete.failed") }),
        })
      }
      onClose={onClose}
    />
  )
}
