// What is shown while something loads: its very shape, and only after 150 ms (the `late` animation). Hidden from screen readers,
// who hear one "Loading" from the list.

import { cx } from "./class-names.ts"
import { useT } from "../intl/translate.ts"

function Bar({ className }: { readonly className: string }) {
  return <span className={cx("block rounded-full bg-sunken", className)} />
}

export function PostSkeleton({ picture = false }: { readonly picture?: boolean }) {
  return (
    <div aria-hidden className="flex animate-late gap-3 border-b px-4 py-3">
      <span className="size-11 shrink-0 rounded-full bg-sunken" />
      <div className="min-w-0 flex-1 pt-1">
        <Bar className="mb-3 h-3.5 w-2/5" />
        <Bar className="mb-2.5 h-3 w-full" />
        <Bar className="mb-2.5 h-3 w-11/12" />
        {picture ? (
          <span className="mt-3 block aspect-video w-full rounded-12 bg-sunken" />
        ) : (
          <Bar className="h-3 w-3/5" />
        )}
        <div className="mt-4 mb-1 flex max-w-md justify-between">
          {[0, 1, 2, 3].map((place) => (
            <Bar key={place} className="h-3.5 w-8" />
          ))}
        </div>
      </div>
    </div>
  )
}

export function AccountRowSkeleton() {
  return (
    <div aria-hidden className="flex animate-late items-center gap-3 border-b px-4 py-3">
      <span className="size-11 shrink-0 rounded-full bg-sunken" />
      <div className="min-w-0 flex-1">
        <Bar className="mb-2 h-3.5 w-2/5" />
        <Bar className="h-3 w-3/5" />
      </div>
      <Bar className="h-8 w-20" />
    </div>
  )
}

export function NotificationSkeleton() {
  return (
    <div aria-hidden className="flex animate-late gap-3 border-b px-4 py-3">
      <span className="ms-4 size-7 shrink-0 rounded-full bg-sunken" />
      <div className="min-w-0 flex-1">
        <span className="mb-3 block size-8 rounded-full bg-sunken" />
        <Bar className="mb-2.5 h-3.5 w-3/5" />
        <Bar className="h-3 w-11/12" />
      </div>
    </div>
  )
}

interface SkeletonListProps {
  readonly of: "posts" | "accounts" | "notifications"
  readonly count?: number
}

/** A screen's worth. */
export function SkeletonList({ of, count = 6 }: SkeletonListProps) {
  const t = useT()
  const places = Array.from({ length: count }, (_, place) => place)
  return (
    <div role="status">
      <span className="sr-only">{t("ui.loading")}</span>
      {places.map((place) => {
        switch (of) {
          case "posts":
            return <PostSkeleton key={place} picture={place % 4 === 1} />
          case "accounts":
            return <AccountRowSkeleton key={place} />
          case "notifications":
            return <NotificationSkeleton key={place} />
        }
      })}
    </div>
  )
}
