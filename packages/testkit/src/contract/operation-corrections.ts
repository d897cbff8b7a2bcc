/**
 * Operations whose published answer is wrong or missing, and operations that the description leaves out though real
 * clients call them. Every entry says why. Aviary's own operations are no part of the client API and never stand here.
 */
import type { Operations } from "./notation.ts"

export type OperationCorrections = Readonly<
  Record<string, { readonly as: Operations[string]; readonly because: string }>
>

const undescribed = "the description gives no body, and nothing here needs it yet"
const older = "older than the description, still called"
const staff = "the description has the entities of staff, but not their operations"

export const operationCorrections: OperationCorrections = {
  "GET /api/v1/filters": { as: "V1Filter[]", because: "it is a list; the description has one filter" },
  "GET /api/v1/preferences": { as: "Preferences", because: "the description has the entity, but not here" },
  "DELETE /api/v1/statuses/:id": { as: "DeletedStatus", because: "it answers the text as typed" },
  "DELETE /api/v2/filters/statuses/:id": { as: "FilterStatus | empty", because: "Mastodon answers {}" },
  "GET /api/v1/media/:id": {
    as: { 200: "MediaAttachment", 206: "MediaAttachment" },
    because: "apps poll it, and read the attachment from the unfinished answer too",
  },
  "GET /api/v1/timelines/home": {
    as: { 200: "Status[]", 206: "Status[]" },
    because: "206 says that the feed is still being built; the body is a page all the same",
  },
  "GET /api/v1/instance/translation_languages": {
    as: "map<string[]>",
    because: "language → languages it goes to",
  },
  "GET /api/v1/streaming/health": { as: "text", because: "the body is OK" },
  "GET /health": { as: "text", because: "the body is OK" },
  "GET /oauth/authorize": { as: "html", because: "the sign-in page" },
  "GET /oauth/userinfo": { as: "UserInfo", because: "the claims of OpenID Connect" },
  "GET /api/v1/accounts/:account_id/collections": { as: "any", because: undescribed },
  "GET /api/v1/accounts/:account_id/in_collections": { as: "any", because: undescribed },
  "GET /api/v1/annual_reports": { as: "any", because: undescribed },
  "GET /api/v1/annual_reports/:year": { as: "any", because: undescribed },
  "GET /api/v1/annual_reports/:year/state": { as: "any", because: undescribed },
  "POST /api/v1/collections": { as: "any", because: undescribed },
  "PATCH /api/v1/collections/:id": { as: "any", because: undescribed },
  "POST /api/v1/collections/:collection_id/items": { as: "any", because: undescribed },

  "GET /.well-known/nodeinfo": { as: "NodeInfoLinks", because: "apps detect the server by it" },
  "GET /nodeinfo/2.0": { as: "NodeInfo", because: "Elk has this path built in" },
  "GET /.well-known/webfinger": { as: "WebFinger", because: "apps resolve addresses by it" },
  "GET /.well-known/host-meta": { as: "text", because: "XML; Phanpy asks for it" },
  "GET /oauth/token/info": { as: "object", because: older },
  "GET /api/v1/trends": { as: "Tag[]", because: older },
  "POST /api/v1/notifications/dismiss": { as: "empty", because: older },
  "GET /api/v1/notifications/policy": { as: "V1NotificationPolicy", because: older },
  "PUT /api/v1/notifications/policy": { as: "V1NotificationPolicy", because: older },
  "GET /api/v1/search": {
    as: "object",
    because: "the Perl client knows only this one; its hashtags are strings",
  },
  "GET /api/v1/statuses/:id/card": { as: "PreviewCard | empty", because: older },

  "GET /api/v1/admin/accounts": { as: "AdminAccount[]", because: staff },
  "GET /api/v2/admin/accounts": { as: "AdminAccount[]", because: staff },
  "GET /api/v1/admin/accounts/:id": { as: "AdminAccount", because: staff },
  "DELETE /api/v1/admin/accounts/:id": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/action": { as: "empty", because: staff },
  "POST /api/v1/admin/accounts/:id/approve": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/reject": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/enable": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/unsilence": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/unsuspend": { as: "AdminAccount", because: staff },
  "POST /api/v1/admin/accounts/:id/unsensitive": { as: "AdminAccount", because: staff },
  "GET /api/v1/admin/reports": { as: "AdminReport[]", because: staff },
  "GET /api/v1/admin/reports/:id": { as: "AdminReport", because: staff },
  "PUT /api/v1/admin/reports/:id": { as: "AdminReport", because: staff },
  "POST /api/v1/admin/reports/:id/assign_to_self": { as: "AdminReport", because: staff },
  "POST /api/v1/admin/reports/:id/unassign": { as: "AdminReport", because: staff },
  "POST /api/v1/admin/reports/:id/resolve": { as: "AdminReport", because: staff },
  "POST /api/v1/admin/reports/:id/reopen": { as: "AdminReport", because: staff },
  "GET /api/v1/admin/domain_blocks": { as: "AdminDomainBlock[]", because: staff },
  "POST /api/v1/admin/domain_blocks": { as: "AdminDomainBlock", because: staff },
  "GET /api/v1/admin/domain_blocks/:id": { as: "AdminDomainBlock", because: staff },
  "PUT /api/v1/admin/domain_blocks/:id": { as: "AdminDomainBlock", because: staff },
  "DELETE /api/v1/admin/domain_blocks/:id": { as: "empty", because: staff },
}
