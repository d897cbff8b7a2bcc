// The top of a page: a way back, the title, and what can be done here. It sticks, and on a phone it hides while one reads on. Setting
// the document's title and giving the page its heading is its work; each page has exactly one.

import { ArrowLeft } from "lucide-react"
import { useCanGoBack, useRouter } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { useT } from "../intl/translate.ts"
import { cx } from "../ui/class-names.ts"
import { IconButton } from "../ui/icon-button.tsx"
import { useHeaderHidden } from "./use-header-hidden.ts"
import { useUnreadTitle } from "./unread-title.ts"

interface PageHeaderProps {
  readonly title: string
  /** Of the document, where it says more than the heading. */
  readonly documentTitle?: string
  /** A quiet line below the title. */
  readonly subtitle?: ReactNode
  /** `false` on the pages of the bars. Default: yes. */
  readonly back?: boolean
  readonly actions?: ReactNode
  /** Tabs or a search field: goes and comes with the header. */
  readonly below?: ReactNode
}

export function PageHeader({ title, documentTitle, subtitle, back = true, actions, below }: PageHeaderProps) {
  const hidden = useHeaderHidden()
  useUnreadTitle(documentTitle ?? title)
  return (
    <header
      className={cx(
        "sticky top-0 z-20 border-b bg-surface transition-transform duration-200 motion-reduce:transition-none",
        "focus-within:translate-y-0",
        hidden && "max-rail:-translate-y-full",
      )}
    >
      <div className="flex min-h-14 items-center gap-2 px-4">
        {back && <BackButton />}
        <div className="min-w-0 flex-1">
          <h1 tabIndex={-1} className="truncate text-18 font-strong tracking-tight">
            {title}
          </h1>
          {subtitle !== undefined && <div className="truncate text-13 text-quiet">{subtitle}</div>}
        </div>
        {actions}
      </div>
      <div className="[&>*]:border-b-0">{below}</div>
    </header>
  )
}

function BackButton() {
  const t = useT()
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const goBack = () => {
    if (canGoBack) router.history.back()
    else void router.navigate({ to: "/" })
  }
  return (
    <IconButton
      label={t("shell.back")}
      icon={<ArrowLeft size={20} aria-hidden className="rtl:-scale-x-100" />}
      className="-ms-2"
      onClick={goBack}
    />
  )
}

/** For pages without a PageHeader. */
export function usePageTitle(title: string) {
  useUnreadTitle(title)
}
