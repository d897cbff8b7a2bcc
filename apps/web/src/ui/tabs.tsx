// Tabs. Where each tab is a page of its own use TabLinks, so that back goes back; Tabs are for what stays on a page.

import { Tabs as Radix } from "radix-ui"
import { createLink } from "@tanstack/react-router"
import type { ComponentProps, ReactNode } from "react"
import { cx } from "./class-names.ts"

const tabClass =
  "relative flex min-h-12 flex-1 items-center justify-center whitespace-nowrap px-4 text-15 font-medium text-quiet transition-colors hover:bg-hover hover:text-text"
const markClass =
  "after:absolute after:bottom-0 after:h-[3px] after:w-12 after:max-w-[70%] after:rounded-full after:bg-accent after:opacity-0"

interface TabsProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  readonly tabs: readonly { readonly value: T; readonly label: string; readonly content: ReactNode }[]
}

export function Tabs<T extends string>({ label, value, onChange, tabs }: TabsProps<T>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.List aria-label={label} className="flex overflow-x-auto border-b">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className={cx(
              tabClass,
              markClass,
              "data-[state=active]:text-text data-[state=active]:after:opacity-100",
            )}
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}

/** A row of `TabLink`s. */
export function TabLinks({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav aria-label={label} className="flex overflow-x-auto border-b [scrollbar-width:none]">
      {children}
    </nav>
  )
}

function TabAnchor({ className, children, ...rest }: ComponentProps<"a">) {
  return (
    <a
      {...rest}
      className={cx(
        tabClass,
        markClass,
        "aria-[current=page]:text-text aria-[current=page]:after:opacity-100",
        className,
      )}
    >
      {children}
    </a>
  )
}

/** The router marks the one that is open with aria-current. */
export const TabLink = createLink(TabAnchor)
