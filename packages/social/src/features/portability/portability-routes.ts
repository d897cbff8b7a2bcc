// Routes by which members take their data away and bring it along. Aviary's own API.

import { Readable } from "node:stream"
import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { DataExport, DataExports } from "./data-exports.ts"
import type { DataImport, DataImports } from "./data-imports.ts"
import type { ExportList } from "./export-lists.ts"
import { EXPORTED_FILES } from "./export-lists.ts"
import { IMPORT_KINDS, importRows } from "./import-rows.ts"

export interface PortabilityRoutesDeps extends Pick<Core, "urls" | "seal" | "clock"> {
  readonly exportList: ExportList
  readonly dataExports: DataExports
  readonly dataImports: DataImports
}

const EXPORT = "/api/aviary/v1/account/export"
const ARCHIVES = `${EXPORT}/archives`
const IMPORTS = "/api/aviary/v1/account/imports"
/** How long an address leads to an archive. */
const TICKET_MS = 900_000

const byId = z.object({ id: field.id })

export function createPortabilityRoutes(deps: PortabilityRoutesDeps): Route[] {
  return [...exportRoutes(deps), ...downloadRoutes(deps), ...importRoutes(deps)]
}

function exportRoutes(deps: PortabilityRoutesDeps): Route[] {
  const { exportList, dataExports } = deps
  const common = { access: "member", scope: "read" } as const
  return [
    route({
      ...common,
      method: "GET",
      path: `${EXPORT}/:file`,
      summary: `A list as comma-separated values: ${EXPORTED_FILES.join(", ")}`,
      input: z.object({ file: z.enum(EXPORTED_FILES) }),
      handle: async ({ input, viewer }) =>
        new Reply(Readable.from(exportList(viewer.accountId, input.file)), {
          headers: {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": `attachment; filename="${input.file}"`,
          },
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: ARCHIVES,
      summary: "Ask for an archive of posts, pictures and lists",
      async handle({ viewer }) {
        return new Reply(await archiveJson(await dataExports.request(viewer.accountId), deps), {
          status: 202,
        })
      },
    }),
    route({
      ...common,
      method: "GET",
      path: ARCHIVES,
      summary: "The member's archives, newest first",
      handle: async ({ viewer }) =>
        Promise.all((await dataExports.list(viewer.accountId)).map((row) => archiveJson(row, deps))),
    }),
    route({
      ...common,
      method: "GET",
      path: `${ARCHIVES}/:id`,
      summary: "One of them: how far it is, and where it is",
      input: byId,
      async handle({ input, viewer }) {
        const row = await dataExports.find(viewer.accountId, input.id)
        if (!row) throw new AppError("record.not_found")
        return archiveJson(row, deps)
      },
    }),
    route({
      ...common,
      method: "DELETE",
      path: `${ARCHIVES}/:id`,
      summary: "Remove it",
      input: byId,
      async handle({ input, viewer }) {
        await dataExports.remove(viewer.accountId, input.id)
        return {}
      },
    }),
  ]
}

/** Browsers send no token when they download: the address carries a ticket of a few minutes instead. */
function downloadRoutes({ dataExports, seal, clock }: PortabilityRoutesDeps): Route[] {
  return [
    route({
      method: "GET",
      path: `${ARCHIVES}/:id/download`,
      summary: "The archive itself, by the address that the archive tells",
      access: "public",
      input: z.object({ id: field.id, ticket: field.text(500) }),
      async handle({ input: { id, ticket } }) {
        const until = await seal.open(`export:${id}`, Buffer.from(ticket, "base64url")).catch(() => "0")
        if (Number(until) < clock.now()) throw new AppError("record.not_found")
        const { stream, bytes } = await dataExports.open(id)
        return new Reply(stream, {
          headers: {
            "content-type": "application/gzip",
            "content-length": String(bytes),
            "content-disposition": `attachment; filename="archive-${id}.tar.gz"`,
            "referrer-policy": "no-referrer",
          },
        })
      },
    }),
  ]
}

function importRoutes({ dataImports }: PortabilityRoutesDeps): Route[] {
  const common = { access: "member", scope: "write" } as const
  return [
    route({
      ...common,
      method: "POST",
      path: IMPORTS,
      summary: `Import a list: ${IMPORT_KINDS.join(", ")}; the file as \`data\``,
      input: z.object({ kind: z.enum(IMPORT_KINDS), data: field.optionalText(1_000_000) }),
      async handle({ input, viewer, files }) {
        const file = files.findLast((one) => one.field === "data")
        const text = file ? file.bytes.toString("utf8") : (input.data ?? "")
        const row = await dataImports.start(viewer.accountId, input.kind, importRows(input.kind, text))
        return new Reply(importJson(row), { status: 202 })
      },
    }),
    route({
      ...common,
      method: "GET",
      path: IMPORTS,
      summary: "The member's imports, newest first",
      handle: async ({ viewer }) => (await dataImports.list(viewer.accountId)).map(importJson),
    }),
    route({
      ...common,
      method: "GET",
      path: `${IMPORTS}/:id`,
      summary: "One of them: how far it is, and what could not be imported",
      input: byId,
      async handle({ input, viewer }) {
        const row = await dataImports.find(viewer.accountId, input.id)
        if (!row) throw new AppError("record.not_found")
        return importJson(row)
      },
    }),
  ]
}

async function archiveJson(
  row: DataExport,
  { urls, seal, clock }: Pick<Core, "urls" | "seal" | "clock">,
): Promise<object> {
  const isThere = row.state === "done" && row.expires_at !== null && row.expires_at.getTime() > clock.now()
  const ticket = isThere ? await seal.seal(`export:${row.id}`, String(clock.now() + TICKET_MS)) : undefined
  return {
    id: String(row.id),
    state: row.state,
    posts_done: row.done,
    posts_total: row.total,
    bytes: row.bytes,
    requested_at: row.requested_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    url: ticket ? `${urls.base}${ARCHIVES}/${row.id}/download?ticket=${ticket.toString("base64url")}` : null,
  }
}

function importJson(row: DataImport): object {
  return {
    id: String(row.id),
    kind: row.kind,
    state: row.state,
    done: row.done,
    total: row.total,
    failed: row.failed,
    failures: row.failures,
    requested_at: row.requested_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }
}
