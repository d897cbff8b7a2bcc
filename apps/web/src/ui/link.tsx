// Links. Inside the client they are the router's; out of it they open with no hold on this page.

import { Link as RouterLink, createLink } from "@tanstack/react-router"
import type { ComponentProps } from "react"
import { buttonClass } from "./button.tsx"
import type { ButtonLookOptions } from "./button.tsx"
import { cx } from "./class-names.ts"

/** The router's own: no look, for rows and whatever else is a link as a whole. */
export const PlainLink = RouterLink

function TextAnchor({ className, children, ...rest }: ComponentProps<"a">) {
  return (
    <a {...rest} className={cx("text-accent underline-offset-3 hover:underline", className)}>
      {children}
    </a>
  )
}

/** A link in running words. */
export const Link = createLink(TextAnchor)

function ButtonAnchor({
  look,
  size,
  wide,
  className,
  children,
  ...rest
}: ComponentProps<"a"> & ButtonLookOptions) {
  return (
    <a {...rest} className={cx(buttonClass({ look, size, wide }), className)}>
      {children}
    </a>
  )
}

/** A link with a button's looks: it goes somewhere, so it is no button. */
export const ButtonLink = createLink(ButtonAnchor)

/** A link to another site. */
export function ExternalLink({ className, ...rest }: ComponentProps<"a">) {
  return (
    <TextAnchor
      {...rest}
      {...(className === undefined ? {} : { className })}
      target="_blank"
      rel="noopener noreferrer nofollow"
    />
  )
}
