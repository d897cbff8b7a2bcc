// The community's picture, or its colour where it has none.

import type { Instance } from "../../api/entities.ts"
import { cx } from "../../ui/class-names.ts"

interface BannerProps {
  readonly instance: Instance
  readonly className: string
}

/** What the server shows for a community without a banner: grey, and no sight for a visitor. */
const PLACEHOLDER = "/assets/header.png"

export function Banner({ instance, className }: BannerProps) {
  const { url, description } = instance.thumbnail
  if (url.includes(PLACEHOLDER)) return <div aria-hidden className={cx("banner-sky", className)} />
  return (
    <img
      src={url}
      alt={description ?? ""}
      className={cx("w-full bg-sunken object-cover", className)}
      fetchPriority="high"
    />
  )
}
