// A menu of actions at a button. What floats is loaded when a menu is first about to be opened: there is one at every post, and none
// of them is needed to read.

import { Check } from "lucide-react"
import * as Slot from "radix-ui/slot"
import { Suspense, createContext, lazy, use, useState } from "react"
import type { ReactNode } from "react"
import { cx } from "./class-names.ts"
import type { MenuParts } from "./menu-popup.tsx"

interface MenuProps {
  /** One button that takes a ref. */
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly align?: "start" | "center" | "end"
  readonly side?: "top" | "bottom" | "right"
  readonly onOpenChange?: (open: boolean) => void
}

const load = () => import("./menu-popup.tsx")

const MenuPopup = lazy(async () => {
  const { MenuPopup: component } = await load()
  return { default: component }
})

export function Menu({ trigger, children, align = "end", side = "bottom", onOpenChange }: MenuProps) {
  const [open, setOpen] = useState(false)
  const [button, setButton] = useState<HTMLElement | null>(null)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
  }
  return (
    <>
      <Slot.Root
        ref={setButton}
        aria-haspopup="menu"
        aria-expanded={open}
        data-state={open ? "open" : "closed"}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => change(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return
          event.preventDefault()
          change(true)
        }}
      >
        {trigger}
      </Slot.Root>
      {open && button && (
        <Suspense>
          <MenuPopup anchor={button} align={align} side={side} onClose={() => change(false)}>
            {(parts) => <PartsContext value={parts}>{children}</PartsContext>}
          </MenuPopup>
        </Suspense>
      )}
    </>
  )
}

/** The loaded parts, for the items: they are only ever inside an open menu. */
const PartsContext = createContext<MenuParts | undefined>(undefined)

function useParts(): MenuParts {
  const parts = use(PartsContext)
  if (!parts) throw new Error("Items of a menu stand in a Menu")
  return parts
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
  const { Item } = useParts()
  return (
    <Item
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
    </Item>
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
  const { RadioGroup, RadioItem, ItemIndicator } = useParts()
  return (
    <RadioGroup aria-label={label} value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <RadioItem key={option.value} value={option.value} className={itemClass}>
          {option.icon}
          <span className="min-w-0 flex-1">
            {option.label}
            {option.hint !== undefined && <span className="block text-13 text-quiet">{option.hint}</span>}
          </span>
          <ItemIndicator>
            <Check size={18} aria-hidden className="text-accent" />
          </ItemIndicator>
        </RadioItem>
      ))}
    </RadioGroup>
  )
}

export function MenuSeparator() {
  const { Separator } = useParts()
  return <Separator className="mx-2 my-1 h-px bg-line" />
}
