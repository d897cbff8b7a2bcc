// A menu of actions at a button.

import { Check } from "lucide-react"
import { DropdownMenu as Radix } from "radix-ui"
import type { ReactNode } from "react"
import { cx } from "./class-names.ts"

interface MenuProps {
  /** One button that takes a ref. */
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly align?: "start" | "center" | "end"
  readonly side?: "top" | "bottom" | "right"
  readonly onOpenChange?: (open: boolean) => void
}

export function Menu({ trigger, children, align = "end", side = "bottom", onOpenChange }: MenuProps) {
  return (
    <Radix.Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] min-w-52 max-w-80 animate-pop-in overflow-y-auto rounded-12 bg-raised p-1 shadow-float outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const itemClass =
  "flex min-h-10 w-full cursor-pointer items-center gap-3 rounded-8 px-3 py-1.5 text-15 outline-none select-none pointer-coarse:min-h-11 data-[highlighted]:bg-hover data-[disabled]:opacity-50 focus-visible:outline-none"

interface MenuItemProps {
  readonly icon?: ReactNode
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onSelect?: () => void
  /** With `asChild`, a link that becomes the item. */
  readonly asChild?: boolean
  readonly children: ReactNode
}

export function MenuItem({
  icon,
  danger = false,
  disabled = false,
  onSelect,
  asChild = false,
  children,
}: MenuItemProps) {
  return (
    <Radix.Item
      asChild={asChild}
      disabled={disabled}
      className={cx(itemClass, danger ? "text-danger" : "text-text")}
      {...(onSelect === undefined ? {} : { onSelect })}
    >
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          <span className="min-w-0 flex-1">{children}</span>
        </>
      )}
    </Radix.Item>
  )
}

interface MenuChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly label: string
    readonly hint?: string
    readonly icon?: ReactNode
  }[]
  readonly onChange: (value: T) => void
}

/** One of several, with a mark at the chosen. */
export function MenuChoice<T extends string>({ label, value, options, onChange }: MenuChoiceProps<T>) {
  return (
    <Radix.RadioGroup aria-label={label} value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={itemClass}>
          {option.icon}
          <span className="min-w-0 flex-1">
            {option.label}
            {option.hint !== undefined && <span className="block text-13 text-quiet">{option.hint}</span>}
          </span>
          <Radix.ItemIndicator>
            <Check size={18} aria-hidden className="text-accent" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-2 my-1 h-px bg-line" />
}
