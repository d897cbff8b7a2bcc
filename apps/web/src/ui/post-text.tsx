// A status's or profile's HTML as React elements. It is cleaned by DOMPurify, then built anew element by element from a short list:
// nothing of the markup itself ever reaches the page, and no attribute but a link's address.

import { Fragment, createElement, memo, useMemo } from "react"
import type { ReactNode } from "react"
import type { CustomEmoji, StatusMention, StatusTag } from "../api/entities.ts"
import { PLAIN_TAGS, cleanHtml } from "./clean-html.ts"
import { EmojiText } from "./emoji.tsx"
import { ExternalLink, PlainLink } from "./link.tsx"
import { internalPath, isSafeHref } from "./post-links.ts"

interface PostTextProps {
  readonly html: string
  readonly emojis?: readonly CustomEmoji[]
  readonly mentions?: readonly StatusMention[]
  readonly tags?: readonly StatusTag[]
  /** BCP 47, of the post. */
  readonly lang?: string | null
  readonly className?: string
}

/** Deeper than anything honest; what is deeper is shown as its text. */
const DEEPEST = 24

export const PostText = memo(function PostText(props: PostTextProps) {
  const { html, emojis = [], mentions, tags, lang, className } = props
  const nodes = useMemo(() => {
    const context: Context = { emojis, mentions: mentions ?? [], tags: tags ?? [] }
    return children(cleanHtml(html), context, 0)
  }, [html, emojis, mentions, tags])
  return (
    <div className={`post-text ${className ?? ""}`} {...(lang ? { lang } : {})}>
      {nodes}
    </div>
  )
})

interface Context {
  readonly emojis: readonly CustomEmoji[]
  readonly mentions: readonly StatusMention[]
  readonly tags: readonly StatusTag[]
}

function children(parent: Node, context: Context, depth: number): ReactNode[] {
  return [...parent.childNodes].map((node, place) => (
    // The nodes of one text keep their order: the place is the key.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={place}>{element(node, context, depth)}</Fragment>
  ))
}

function element(node: Node, context: Context, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE)
    return <EmojiText text={node.nodeValue ?? ""} emojis={context.emojis} />
  if (!(node instanceof HTMLElement)) return null
  if (depth > DEEPEST) return node.textContent
  const tag = node.localName
  if (tag === "br") return <br />
  const inner = children(node, context, depth + 1)
  if (tag === "a") return <PostLink node={node} context={context} inner={inner} />
  if (tag === "span") return span(node, inner)
  return PLAIN_TAGS.has(tag) ? createElement(tag, undefined, ...inner) : inner
}

/** Long addresses come in three parts, of which the outer two are not to be seen. */
function span(node: HTMLElement, inner: ReactNode[]): ReactNode {
  if (node.classList.contains("invisible")) return null
  if (node.classList.contains("ellipsis")) return <>{inner}…</>
  return inner
}

interface PostLinkProps {
  readonly node: HTMLElement
  readonly context: Context
  readonly inner: ReactNode[]
}

function PostLink({ node, context, inner }: PostLinkProps) {
  const href = node.getAttribute("href") ?? ""
  const path = internalPath(href, { origin: location.origin, ...context })
  if (path !== undefined) return <PlainLink to={path}>{inner}</PlainLink>
  if (!isSafeHref(href)) return inner
  return (
    <ExternalLink href={href} title={href} dir="auto">
      {inner}
    </ExternalLink>
  )
}
