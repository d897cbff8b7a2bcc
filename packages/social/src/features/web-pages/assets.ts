// The files that pages and profiles are shown with, read once at start: a stylesheet, and the pictures of members who have none.

import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

export interface Asset {
  /** Where it is served. The stylesheet's changes with its content, so that browsers may keep it for ever. */
  readonly path: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly cacheControl: string
}

const FOREVER = "public, max-age=31536000, immutable"
const A_WEEK = "public, max-age=604800"

function read(name: string): Buffer {
  return readFileSync(new URL(`../../../assets/${name}`, import.meta.url))
}

const styles = read("pages.css")
const stylesVersion = createHash("sha256").update(styles).digest("hex").slice(0, 10)

export const pageStyles: Asset = {
  path: `/assets/pages-${stylesVersion}.css`,
  contentType: "text/css; charset=utf-8",
  bytes: styles,
  cacheControl: FOREVER,
}

const pictures: readonly Asset[] = ["avatar.png", "header.png"].map((name) => ({
  path: `/assets/${name}`,
  contentType: "image/png",
  bytes: read(name),
  cacheControl: A_WEEK,
}))

/** The community's sign, in one colour. */
export const markPath = "/assets/mark.svg"

const mark: Asset = {
  path: markPath,
  contentType: "image/svg+xml",
  bytes: read("mark.svg"),
  cacheControl: A_WEEK,
}

export const assets: readonly Asset[] = [pageStyles, mark, ...pictures]

const HUES = 360

/** Where the style sheet of a community's own colour is: after the others, it gives the accent another hue. */
export function accentStylesPath(hue: number): string {
  return `/assets/accent-${hue}.css`
}

/** The style sheet of a path of accentStylesPath's; undefined for any other. */
export function accentStyles(name: string): string | undefined {
  const hue = Number(/^(0|[1-9]\d{0,2})\.css$/.exec(name)?.[1] ?? Number.NaN)
  return hue < HUES ? `:root:root{--hue-accent:${hue}}\n` : undefined
}
