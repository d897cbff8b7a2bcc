// Routes of filters, the second version: filters with any number of words and posts.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { ChangeFilters, FilterChange } from "./change-filters.ts"
import { contexts, expiresIn, filterAction, filterKeyword, filterTitle, keywordChanges, someContexts } from "./filter-input.ts" // prettier-ignore
import { filterJson, filterPostJson, keywordJson } from "./filter-json.ts"
import type { Filter, FilterSet } from "./filter-set.ts"

export interface FilterRouteDeps extends Pick<Core, "posts"> {
  readonly changeFilters: ChangeFilters
  readonly findFilters: (memberId: number) => Promise<FilterSet>
}

const read = { access: "member", scope: "read:filters" } as const
const write = { access: "member", scope: "write:filters" } as const
const oneInput = z.object({ id: field.id })

export function createFilterRoutes(deps: FilterRouteDeps): Route[] {
  return [...createWholeRoutes(deps), ...createKeywordRoutes(deps), ...createFilterPostRoutes(deps)]
}

/** A member's own filter. Fails with `record.not_found`. */
async function requireFilter(
  { findFilters }: FilterRouteDeps,
  memberId: number,
  isIt: (filter: Filter) => boolean,
): Promise<Filter> {
  const found = (await findFilters(memberId)).filters.find(isIt)
  if (!found) throw new AppError("record.not_found")
  return found
}

function createWholeRoutes(deps: FilterRouteDeps): Route[] {
  const { changeFilters } = deps
  const path = "/api/v2/filters"
  return [
    route({
      method: "GET",
      path,
      summary: "The member's filters",
      ...read,
      handle: async ({ viewer }) => (await deps.findFilters(viewer.accountId)).filters.map(filterJson),
    }),
    route({
      method: "POST",
      path,
      summary: "Make a filter",
      ...write,
      input: z.object({
        title: filterTitle,
        context: someContexts,
        filter_action: filterAction,
        expires_in: expiresIn,
        keywords_attributes: keywordChanges,
      }),
      async handle({ input, viewer }) {
        const filter = await changeFilters.create(viewer.accountId, {
          title: input.title,
          contexts: input.context,
          action: input.filter_action ?? "warn",
          expiresIn: input.expires_in ?? null,
          keywords: input.keywords_attributes,
        })
        return filterJson(filter)
      },
    }),
    route({
      method: "GET",
      path: `${path}/:id`,
      summary: "Show a filter",
      ...read,
      input: oneInput,
      handle: async ({ input, viewer }) =>
        filterJson(await requireFilter(deps, viewer.accountId, (filter) => filter.id === input.id)),
    }),
    route({
      method: "PUT",
      path: `${path}/:id`,
      summary: "Change a filter; what is left out stays",
      ...write,
      input: oneInput.extend({
        title: z.preprocess((value) => (value === null ? undefined : value), filterTitle.optional()),
        context: contexts,
        filter_action: filterAction,
        expires_in: expiresIn,
        keywords_attributes: keywordChanges,
      }),
      async handle({ input, viewer }) {
        const { title, context, filter_action: action, expires_in: seconds } = input
        const change: Partial<FilterChange> = {
          ...(title === undefined ? {} : { title }),
          ...(context.length === 0 ? {} : { contexts: context }),
          ...(action === undefined ? {} : { action }),
          ...(seconds === undefined ? {} : { expiresIn: seconds }),
          keywords: input.keywords_attributes,
        }
        return filterJson(await changeFilters.change(viewer.accountId, input.id, change))
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/:id`,
      summary: "Delete a filter",
      ...write,
      input: oneInput,
      handle: ({ input, viewer }) => changeFilters.delete(viewer.accountId, input.id),
    }),
  ]
}

function createKeywordRoutes(deps: FilterRouteDeps): Route[] {
  const { changeFilters } = deps
  const ofFilter = "/api/v2/filters/:filter_id/keywords"
  const one = "/api/v2/filters/keywords/:id"
  const having = (id: number) => (filter: Filter) => filter.keywords.some((word) => word.id === id)

  async function show(memberId: number, id: number): Promise<object> {
    const filter = await requireFilter(deps, memberId, having(id))
    const [word] = filter.keywords.filter((keyword) => keyword.id === id)
    if (!word) throw new AppError("record.not_found")
    return keywordJson(word)
  }

  return [
    route({
      method: "GET",
      path: ofFilter,
      summary: "Words of a filter",
      ...read,
      input: z.object({ filter_id: field.id }),
      async handle({ input, viewer }) {
        const filter = await requireFilter(deps, viewer.accountId, (own) => own.id === input.filter_id)
        return filter.keywords.map(keywordJson)
      },
    }),
    route({
      method: "POST",
      path: ofFilter,
      summary: "Add a word to a filter",
      ...write,
      input: z.object({ filter_id: field.id, keyword: filterKeyword, whole_word: field.optionalFlag }),
      async handle({ input, viewer }) {
        const { keyword, whole_word: wholeWord } = input
        const filter = await changeFilters.change(viewer.accountId, input.filter_id, {
          keywords: [{ keyword, wholeWord }],
        })
        const added = filter.keywords.at(-1)
        return added && keywordJson(added)
      },
    }),
    route({
      method: "GET",
      path: one,
      summary: "Show a word of a filter",
      ...read,
      input: oneInput,
      handle: ({ input, viewer }) => show(viewer.accountId, input.id),
    }),
    route({
      method: "PUT",
      path: one,
      summary: "Change a word of a filter",
      ...write,
      input: oneInput.extend({
        keyword: z.preprocess((value) => (value === null ? undefined : value), filterKeyword.optional()),
        whole_word: field.optionalFlag,
      }),
      async handle({ input, viewer }) {
        const { id, keyword, whole_word: wholeWord } = input
        const filter = await requireFilter(deps, viewer.accountId, having(id))
        await changeFilters.change(viewer.accountId, filter.id, { keywords: [{ id, keyword, wholeWord }] })
        return show(viewer.accountId, id)
      },
    }),
    route({
      method: "DELETE",
      path: one,
      summary: "Take a word off its filter",
      ...write,
      input: oneInput,
      handle: ({ input, viewer }) => changeFilters.removeKeyword(viewer.accountId, input.id),
    }),
  ]
}

function createFilterPostRoutes(deps: FilterRouteDeps): Route[] {
  const { changeFilters, posts } = deps
  const ofFilter = "/api/v2/filters/:filter_id/statuses"
  const one = "/api/v2/filters/statuses/:id"
  return [
    route({
      method: "GET",
      path: ofFilter,
      summary: "Posts that a filter names",
      ...read,
      input: z.object({ filter_id: field.id }),
      async handle({ input, viewer }) {
        const filter = await requireFilter(deps, viewer.accountId, (own) => own.id === input.filter_id)
        return filter.posts.map(filterPostJson)
      },
    }),
    route({
      method: "POST",
      path: ofFilter,
      summary: "Name a post in a filter",
      ...write,
      input: z.object({ filter_id: field.id, status_id: field.id }),
      async handle({ input, viewer }) {
        const [visible] = await posts.filterVisible([input.status_id], viewer.accountId)
        if (visible === undefined) throw new AppError("record.not_found")
        return filterPostJson(await changeFilters.addPost(viewer.accountId, input.filter_id, visible))
      },
    }),
    route({
      method: "GET",
      path: one,
      summary: "Show a post that a filter names",
      ...read,
      input: oneInput,
      async handle({ input, viewer }) {
        const isIt = (post: { id: number }) => post.id === input.id
        const filter = await requireFilter(deps, viewer.accountId, (own) => own.posts.some(isIt))
        const post = filter.posts.find(isIt)
        return post && filterPostJson(post)
      },
    }),
    route({
      method: "DELETE",
      path: one,
      summary: "Take a post off its filter",
      ...write,
      input: oneInput,
      handle: ({ input, viewer }) => changeFilters.removePost(viewer.accountId, input.id),
    }),
  ]
}
