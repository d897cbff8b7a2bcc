// Routes of filters, the first version: to older apps each word of a filter is one. What they change of a filter that has more
// words would change these too, and is refused.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { FilterAction } from "./filter-events.ts"
import { expiresIn, filterKeyword, someContexts } from "./filter-input.ts"
import { olderFilterJson } from "./filter-json.ts"
import type { FilterRouteDeps } from "./filter-routes.ts"
import type { Filter } from "./filter-set.ts"

const read = { access: "member", scope: "read:filters" } as const
const write = { access: "member", scope: "write:filters" } as const
const oneInput = z.object({ id: field.id })
const filterFields = {
  phrase: filterKeyword,
  context: someContexts,
  irreversible: field.optionalFlag,
  whole_word: field.optionalFlag,
  expires_in: expiresIn,
}

export function createOlderFilterRoutes({
  changeFilters,
  findFilters,
}: Omit<FilterRouteDeps, "posts">): Route[] {
  const path = "/api/v1/filters"

  /** The filter with a word. Fails with `record.not_found`. */
  async function requireWord(memberId: number, id: number): Promise<{ filter: Filter; json: object }> {
    for (const filter of (await findFilters(memberId)).filters) {
      const word = filter.keywords.find((keyword) => keyword.id === id)
      if (word) return { filter, json: olderFilterJson(filter, word) }
    }
    throw new AppError("record.not_found")
  }

  return [
    route({
      method: "GET",
      path,
      summary: "The words of the member's filters, each as a filter",
      ...read,
      async handle({ viewer }) {
        const { filters } = await findFilters(viewer.accountId)
        return filters.flatMap((filter) => filter.keywords.map((word) => olderFilterJson(filter, word)))
      },
    }),
    route({
      method: "POST",
      path,
      summary: "Make a filter of one word",
      ...write,
      input: z.object(filterFields),
      async handle({ input, viewer }) {
        const filter = await changeFilters.create(viewer.accountId, {
          title: input.phrase.slice(0, 256),
          contexts: input.context,
          action: input.irreversible ? "hide" : "warn",
          expiresIn: input.expires_in ?? null,
          keywords: [{ keyword: input.phrase, wholeWord: input.whole_word }],
        })
        return (await requireWord(viewer.accountId, filter.keywords[0]?.id ?? 0)).json
      },
    }),
    route({
      method: "GET",
      path: `${path}/:id`,
      summary: "Show a word of a filter, as a filter",
      ...read,
      input: oneInput,
      handle: async ({ input, viewer }) => (await requireWord(viewer.accountId, input.id)).json,
    }),
    route({
      method: "PUT",
      path: `${path}/:id`,
      summary: "Change a word of a filter, and its filter where it is the only one",
      ...write,
      input: oneInput.extend(filterFields),
      async handle({ input, viewer }) {
        const { filter } = await requireWord(viewer.accountId, input.id)
        const keywords = [{ id: input.id, keyword: input.phrase, wholeWord: input.whole_word }]
        const action: FilterAction = (input.irreversible ?? filter.action === "hide") ? "hide" : "warn"
        const same =
          input.expires_in === undefined &&
          (action === "hide") === (filter.action === "hide") &&
          input.context.length === filter.contexts.length &&
          input.context.every((name) => filter.contexts.includes(name))
        if (!same && filter.keywords.length > 1) throw new AppError("filter.several_words")
        const whole = {
          contexts: input.context,
          ...(same ? {} : { action }),
          ...(input.expires_in === undefined ? {} : { expiresIn: input.expires_in }),
        }
        await changeFilters.change(viewer.accountId, filter.id, { ...(same ? {} : whole), keywords })
        return (await requireWord(viewer.accountId, input.id)).json
      },
    }),
    route({
      method: "DELETE",
      path: `${path}/:id`,
      summary: "Take a word away, and its filter with the last",
      ...write,
      input: oneInput,
      handle: ({ input, viewer }) =>
        changeFilters.removeKeyword(viewer.accountId, input.id, { orFilter: true }),
    }),
  ]
}
