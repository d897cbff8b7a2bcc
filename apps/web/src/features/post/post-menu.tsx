// All else that can be done with a post. What cannot be taken back asks first.

import {
  BellOff,
  Ellipsis,
  Flag,
  Link2,
  MegaphoneOff,
  Pencil,
  Pin,
  PinOff,
  RotateCcw,
  Trash2,
  UserX,
} from "lucide-react"
import { useState } from "react"
import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx"
import { ReportDialog } from "../reports/report-dialog.tsx"
import { useAuthorActions } from "./use-author-actions.ts"
import type { PostActions } from "./use-post-actions.ts"

interface PostMenuProps {
  readonly post: Status
  readonly actions: PostActions
}

type Question = "delete" | "redraft" | "block" | "report"

export function PostMenu({ post, actions }: PostMenuProps) {
  const t = useT()
  const [question, setQuestion] = useState<Question>()
  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={t("post.menu")}
            className="touch-target flex size-9 items-center justify-center rounded-full text-quiet transition-colors hover:bg-hover hover:text-text"
          >
            <Ellipsis size={19} aria-hidden />
          </button>
        }
      >
        <Items post={post} actions={actions} onAsk={setQuestion} />
      </Menu>
      {question !== undefined && (
        <Questions post={post} actions={actions} question={question} onClose={() => setQuestion(undefined)} />
      )}
    </>
  )
}

interface ItemsProps extends PostMenuProps {
  readonly onAsk: (question: Question) => void
}

/** A component of its own, so that nothing of it is made before the menu opens. */
function Items(props: ItemsProps) {
  const t = useT()
  const member = useMember()
  return (
    <>
      <MenuItem icon={<Link2 size={18} aria-hidden />} onSelect={props.actions.copyLink}>
        {t("post.menu.link")}
      </MenuItem>
      {member && (member.id === props.post.account.id ? <OwnItems {...props} /> : <OthersItems {...props} />)}
    </>
  )
}

function OwnItems({ post, actions, onAsk }: ItemsProps) {
  const t = useT()
  const isPinned = post.pinned === true
  return (
    <>
      {post.visibility !== "direct" && (
        <MenuItem
          icon={isPinned ? <PinOff size={18} aria-hidden /> : <Pin size={18} aria-hidden />}
          onSelect={() => actions.toggle("pin")}
        >
          {t(isPinned ? "post.menu.unpin" : "post.menu.pin")}
        </MenuItem>
      )}
      <MuteThread post={post} actions={actions} />
      <MenuSeparator />
      <MenuItem icon={<Pencil size={18} aria-hidden />} onSelect={actions.edit}>
        {t("post.menu.edit")}
      </MenuItem>
      <MenuItem icon={<RotateCcw size={18} aria-hidden />} onSelect={() => onAsk("redraft")}>
        {t("post.menu.redraft")}
      </MenuItem>
      <MenuItem danger icon={<Trash2 size={18} aria-hidden />} onSelect={() => onAsk("delete")}>
        {t("post.menu.delete")}
      </MenuItem>
    </>
  )
}

function OthersItems({ post, actions, onAsk }: ItemsProps) {
  const t = useT()
  const author = useAuthorActions(post.account)
  const name = `@${post.account.username}`
  return (
    <>
      <MuteThread post={post} actions={actions} />
      <MenuSeparator />
      <MenuItem icon={<MegaphoneOff size={18} aria-hidden />} onSelect={author.mute}>
        {t("post.menu.mute", { name })}
      </MenuItem>
      <MenuItem icon={<UserX size={18} aria-hidden />} onSelect={() => onAsk("block")}>
        {t("post.menu.block", { name })}
      </MenuItem>
      <MenuItem icon={<Flag size={18} aria-hidden />} onSelect={() => onAsk("report")}>
        {t("post.menu.report", { name })}
      </MenuItem>
    </>
  )
}

function MuteThread({ post, actions }: PostMenuProps) {
  const t = useT()
  return (
    <MenuItem icon={<BellOff size={18} aria-hidden />} onSelect={() => actions.toggle("mute")}>
      {t(post.muted === true ? "post.menu.unmute.thread" : "post.menu.mute.thread")}
    </MenuItem>
  )
}

interface QuestionsProps extends PostMenuProps {
  readonly question: Question
  readonly onClose: () => void
}

function Questions({ post, actions, question, onClose }: QuestionsProps) {
  const t = useT()
  const author = useAuthorActions(post.account)
  const and = (run: () => unknown) => () => {
    onClose()
    void run()
  }
  switch (question) {
    case "report":
      return <ReportDialog account={post.account} post={post} onClose={onClose} />
    case "delete":
      return (
        <ConfirmDialog
          open
          danger
          title={t("post.delete.title")}
          text={t("post.delete.text")}
          confirm={t("post.menu.delete")}
          onConfirm={and(actions.remove)}
          onClose={onClose}
        />
      )
    case "redraft":
      return (
        <ConfirmDialog
          open
          danger
          title={t("post.redraft.title")}
          text={t("post.redraft.text")}
          confirm={t("post.menu.redraft")}
          onConfirm={and(actions.redraft)}
          onClose={onClose}
        />
      )
    case "block":
      return (
        <ConfirmDialog
          open
          danger
          title={t("post.block.title", { name: `@${post.account.username}` })}
          text={t("post.block.text")}
          confirm={t("post.block.confirm")}
          onConfirm={and(author.block)}
          onClose={onClose}
        />
      )
  }
}
