// Every error code of Aviary with its HTTP status, the text a user sees, and the remedy. Codes are stable: clients and
// alerts may match on them. The texts of 401, 403 and 404 are those that Mastodon clients compare with.

import type { ErrorDefinition } from "./errors.ts"

export const errorCodes = {
  internal: {
    status: 500,
    message: "Something went wrong on the server. It has been recorded.",
    remedy: "A bug. The log holds the request id and the cause.",
  },
  "input.invalid": {
    status: 422,
    message: "Validation failed: {problems}",
    remedy: "Correct the named field.",
  },
  "input.malformed": {
    status: 400,
    message: "The request could not be read: {reason}",
    remedy: "Send well-formed JSON, form data or multipart.",
  },
  "input.too_large": {
    status: 413,
    message: "The request is larger than the limit of {limit}",
    remedy: "Send less, or raise the limit in the configuration.",
  },
  "input.unsupported_media_type": {
    status: 415,
    message: "The content type {type} is not supported",
    remedy: "Use JSON, form data or multipart.",
  },
  "route.not_found": {
    status: 404,
    message: "Not Found",
    remedy: "The path does not exist; docs/mastodon-api.md lists those that do.",
  },
  "rate.limited": {
    status: 429,
    message: "Too many requests",
    remedy: "Wait for the time in Retry-After.",
  },
  "auth.token_required": {
    status: 401,
    message: "The access token is invalid",
    remedy: "Sign in again and send the token as `Authorization: Bearer`.",
  },
  "auth.scope_missing": {
    status: 403,
    message: "This action is outside the authorized scopes",
    remedy: "Ask for the scope `{scope}` when signing in.",
  },
  "auth.user_required": {
    status: 422,
    message: "This method requires an authenticated user",
    remedy: "Use a token that a member has granted, not one of the app itself.",
  },
  "auth.forbidden": {
    status: 403,
    message: "This action is not allowed",
    remedy: "Only the owner, or staff with the right role, may do this.",
  },
  "auth.suspended": {
    status: 403,
    message: "Your login is currently disabled",
    remedy: "The account was suspended by the staff of this server.",
  },
  "auth.password_wrong": {
    status: 403,
    message: "That is not your password",
    remedy: "Send the present password as `current_password`.",
  },
  "auth.second_factor_wrong": {
    status: 403,
    message: "That code is not right, or was used before; wait for the next one",
    remedy: "Send the six digits of the authenticator app, or a recovery code that was not used, as `code`.",
  },
  "second_factor.on": {
    status: 422,
    message: "Validation failed: The second factor is on already",
    remedy: "Turn it off first to set it up anew.",
  },
  "second_factor.not_enrolled": {
    status: 422,
    message: "Validation failed: There is no second factor",
    remedy: "Set one up first: POST /api/aviary/v1/account/second_factor/totp.",
  },
  "auth.pending": {
    status: 403,
    message: "Your login is currently pending approval",
    remedy: "The staff of this server has yet to let the new member in.",
  },
  "auth.keys_unavailable": {
    status: 503,
    message: "Nobody can be recognised at the moment; try again in a moment",
    remedy: "Operators: the gateway's key set cannot be read; see `gateway.keySet`.",
  },
  "auth.form_expired": {
    status: 403,
    message:
      "This form has expired or did not come from this site; go back, load the page again and try once more",
    remedy: "Allow cookies for this site, and send forms from its own pages only.",
  },
  "auth.too_many_attempts": {
    status: 429,
    message: "Too many failed sign-ins; wait {minutes} minutes and try again",
    remedy: "Wait, or ask the operator to reset the password: `aviary accounts reset-password`.",
  },
  "record.not_found": {
    status: 404,
    message: "Record not found",
    remedy: "It does not exist, was deleted, or is not visible to you.",
  },
  "account.username_taken": {
    status: 422,
    message: "Validation failed: Username has already been taken",
    remedy: "Choose another user name.",
  },
  "account.registration_invalid": {
    status: 422,
    message: "Validation failed: {problems}",
    remedy: "Correct the named fields.",
  },
  "account.registrations_closed": {
    status: 403,
    message: "This server does not accept new members",
    remedy: "Ask its operator, or open it: `registrations.mode`, or the settings in the browser.",
  },
  "account.invite_required": {
    status: 403,
    message: "This server takes only new members who were invited",
    remedy: "Ask a member for an invite, and open its link.",
  },
  "invite.not_allowed": {
    status: 403,
    message: "You cannot invite anybody here",
    remedy: "The owner decides who may invite, and whether anybody can join at all.",
  },
  "invite.too_many": {
    status: 422,
    message: "Validation failed: You have {limit} invites that can still be used",
    remedy: "Revoke some first.",
  },
  "report.oneself": {
    status: 422,
    message: "Validation failed: You cannot report yourself",
    remedy: "Delete your posts, or your account, instead.",
  },
  "report.too_many": {
    status: 429,
    message: "You have sent {limit} reports within the last hour",
    remedy: "Wait; one report can name many posts. What is urgent goes to the contact address of the server.",
  },
  "export.too_soon": {
    status: 429,
    message: "You have asked for an archive within the last day",
    remedy: "Use that one: GET /api/aviary/v1/account/export/archives.",
  },
  "import.busy": {
    status: 409,
    message: "Your last import is not finished yet",
    remedy: "Wait for it: GET /api/aviary/v1/account/imports.",
  },
  "setup.link_ended": {
    status: 410,
    message: "This link has ended",
    remedy: "Sign in with the password, or start the server again for a new link.",
  },
  "community.setting_fixed": {
    status: 422,
    message: "Validation failed: {settings}: set in the server's configuration, and only there",
    remedy: "Change it in the configuration file or the environment, or take it out there.",
  },
  "account.unknown": {
    status: 404,
    message: "There is no account @{username}",
    remedy: "`aviary accounts list` shows all accounts.",
  },
  "account.last_owner": {
    status: 422,
    message: "This is the last owner; the server would have nobody in charge",
    remedy: "Make another account owner first: `aviary accounts role NAME owner`.",
  },
  "relationship.self": {
    status: 422,
    message: "You cannot do this to your own account",
    remedy: "Choose another account.",
  },
  "relationship.blocked": {
    status: 403,
    message: "This action is not allowed",
    remedy: "One of the two accounts blocks the other.",
  },
  "post.repost_forbidden": {
    status: 422,
    message: "Validation failed: This post cannot be reposted",
    remedy: "Only public and unlisted posts, and one's own, can be reposted.",
  },
  "post.pin_forbidden": {
    status: 422,
    message: "Validation failed: {reason}",
    remedy: "Pin up to five of your own posts that are not reposts.",
  },
  "tag.too_many_followed": {
    status: 422,
    message: "Validation failed: You cannot follow more than {limit} hashtags",
    remedy: "Unfollow one first; see GET /api/v1/followed_tags.",
  },
  "list.too_many": {
    status: 422,
    message: "Validation failed: You cannot have more than {limit} lists",
    remedy: "Delete a list first; see GET /api/v1/lists.",
  },
  "list.too_many_members": {
    status: 422,
    message: "Validation failed: A list cannot have more than {limit} accounts",
    remedy: "Take accounts off the list first, or make a second list.",
  },
  "list.not_followed": {
    status: 422,
    message: "Validation failed: Only accounts that you follow can be on a list",
    remedy: "Follow the account first.",
  },
  "filter.too_many": {
    status: 422,
    message: "Validation failed: You cannot have more than {limit} {what}",
    remedy: "Delete some first; see GET /api/v2/filters.",
  },
  "filter.several_words": {
    status: 422,
    message: "Validation failed: Only the word can be changed here, for its filter has several",
    remedy: "Change the filter by PUT /api/v2/filters/:id, which is for all of its words.",
  },
  "announcement.too_many_reactions": {
    status: 422,
    message: "Validation failed: There are {limit} different reactions already",
    remedy: "React with one of those that are there.",
  },
  "tag.too_many_featured": {
    status: 422,
    message: "Validation failed: You cannot feature more than {limit} hashtags",
    remedy: "Take one off the profile first; see GET /api/v1/featured_tags.",
  },
  "endorsement.not_followed": {
    status: 422,
    message: "Validation failed: You must be already following the person you want to endorse",
    remedy: "Follow the account first.",
  },
  "poll.closed": {
    status: 422,
    message: "Validation failed: The poll has already ended",
    remedy: "Polls take votes until their end.",
  },
  "poll.own": {
    status: 422,
    message: "Validation failed: You cannot vote in your own polls",
    remedy: "Leave the vote to others.",
  },
  "poll.already_voted": {
    status: 422,
    message: "Validation failed: You have already voted on this poll",
    remedy: "A vote cannot be changed.",
  },
  "media.rejected": {
    status: 422,
    message: "Validation failed: File {reason}",
    remedy: "Upload an image that the server supports; see GET /api/v2/instance.",
  },
  "media.in_use": {
    status: 422,
    message: "Media attachment is currently used by a status",
    remedy: "Edit or delete the post that uses it.",
  },
  "media.busy": {
    status: 503,
    message: "Too many uploads at once; try again in a moment",
    remedy: "Wait for the time in Retry-After.",
  },
  "sign_in.busy": {
    status: 503,
    message: "Too many sign-ins at once; try again in a moment",
    remedy: "Wait for the time in Retry-After.",
  },
  "marker.conflict": {
    status: 409,
    message: "Conflict during update, please try again",
    remedy: "Another app of the member moved the marker at the same moment; read it and try again.",
  },
  "stream.unknown": {
    status: 400,
    message: "Unknown stream type",
    remedy: "Subscribe to one of the streams of the client API, with the parameters that it needs.",
  },
  "stream.too_many": {
    status: 429,
    message: "Too many streams: {limit} at most",
    remedy: "Close streams that are not needed, or subscribe to several over one connection.",
  },
  "feed.ranking_gone": {
    status: 410,
    message: "This ranking is no longer kept; begin a new one without a cursor",
    remedy: "Ask for the first page again. Rankings are kept in memory, a member's last three.",
  },
  "firehose.cursor_invalid": {
    status: 400,
    message:
      "The cursor is none that this server has told: send one of a message as it was, `oldest`, or none",
    remedy: "Begin without a cursor, or with `cursor=oldest`; see docs/api.md.",
  },
  "firehose.upgrade_required": {
    status: 426,
    message: "This is a WebSocket: connect with ws:// or wss://",
    remedy: "Use a WebSocket client; see docs/api.md.",
  },
  "firehose.full": {
    status: 503,
    message: "There are {limit} readers of the firehose, as many as are let in; try again in a moment",
    remedy: "Wait for the time in Retry-After. Operators: raise `firehose.connections`.",
  },
  "translation.unavailable": {
    status: 501,
    message: "Translation is not configured on this server",
    remedy: "There is no translation service behind this server.",
  },
  "database.unavailable": {
    status: 503,
    message: "The database cannot be reached; try again in a moment",
    remedy: "Try again after Retry-After. Operators: `aviary doctor`.",
  },
  "storage.full": {
    status: 507,
    message: "The server's disk is full; nothing was changed",
    remedy: "Operators: free space; Aviary goes on by itself.",
  },
  "server.overloaded": {
    status: 503,
    message: "The server is overloaded; try again in a moment",
    remedy: "Wait for the time in Retry-After.",
  },
  "feature.switched_off": {
    status: 503,
    message: "{feature} is switched off at the moment",
    remedy:
      "Try again later. Operators: `aviary flags list` says who switched it off and why, `aviary flags restore` switches it on.",
  },
  "server.stopping": {
    status: 503,
    message: "The server is restarting; try again in a moment",
    remedy: "Wait for the time in Retry-After.",
  },
  "id.clock_went_back": {
    status: 503,
    message: "The server's clock has gone back by {behindMs} ms; ids would repeat",
    remedy: "Operators: mend the clock (NTP); Aviary goes on when it has caught up.",
  },
  "id.no_writer": {
    status: 503,
    message: "This process holds no id writer: {reason}",
    remedy: "Operators: stop other Aviary processes on this database, or wait 30 s for their leases to end.",
  },
  "gateway.no_route": {
    status: 404,
    message: "Nothing is served under this address",
    remedy: "Check the host name and the path. Operators: no route of the routing document matches.",
  },
  "gateway.no_instance": {
    status: 503,
    message: "The service is not available at the moment; try again shortly",
    remedy:
      "Try again after Retry-After. Operators: no instance can take requests; see the gateway's status.",
  },
  "gateway.upstream_failed": {
    status: 502,
    message: "The service gave no usable answer; try again shortly",
    remedy:
      "Operators: the instance refused the connection, broke it off or answered garbage; its log says why.",
  },
  "gateway.upstream_timeout": {
    status: 504,
    message: "The service did not answer in time; try again shortly",
    remedy:
      "Whether the request was carried out is not known. Operators: see `timeouts` of the route's upstream.",
  },
  "gateway.request_timeout": {
    status: 408,
    message: "The request took too long to arrive",
    remedy: "Send it again over a better connection.",
  },
  "gateway.headers_too_large": {
    status: 431,
    message: "The request's headers are larger than allowed",
    remedy: "Delete this site's cookies, or send fewer and shorter headers.",
  },
  "gateway.not_spoken": {
    status: 501,
    message: "The request uses something of HTTP that is not offered here: {reason}",
    remedy: "Use HTTP/1.1 or HTTP/2 without CONNECT and without transfer codings other than chunked.",
  },
  "gateway.document_invalid": {
    status: 422,
    message: "The routing document was refused: {problems}",
    remedy: "Mend the named fields; the document that was in force stays in force.",
  },
  "gateway.document_outdated": {
    status: 409,
    message: "The routing document has version {version}, but {current} is in force",
    remedy: "Read the current document, make the change there, and send it with a higher version.",
  },
  "delivery.traffic_not_applied": {
    status: 503,
    message: "The gateway did not take over where the requests of {service} go within 10 s",
    remedy: "It is tried further. Operators: the supervisor's log says what the gateway answers.",
  },
  "release.invalid": {
    status: 422,
    message: "{source} is no release: {reason}",
    remedy: "Correct what is named; docs/deploying.md describes what a release is made of.",
  },
  "release.install_failed": {
    status: 422,
    message: "The release could not be installed from {source}: {reason}",
    remedy: "Nothing of it was kept. Mend the cause and install it again.",
  },
  "release.unknown": {
    status: 404,
    message: "There is no release {id}",
    remedy: "`aviary releases` lists those that are installed.",
  },
  "release.in_use": {
    status: 409,
    message: "The release {id} is in use",
    remedy: "Wait until it neither runs nor may be gone back to, or undo what uses it.",
  },
  "release.altered": {
    status: 409,
    message: "The release {id} is not what was installed: {reason}",
    remedy: "Somebody changed its files. Remove it and install it again from its source.",
  },
  "config.invalid": {
    status: 500,
    message: "The configuration has {count} problem(s):\n{problems}",
    remedy: "Mend the named settings; docs/config.md lists all of them.",
  },
  "start.already_running": {
    status: 500,
    message: "{reason}",
    remedy: "Stop the other Aviary first, or give this one another `data.dir`.",
  },
  "start.failed": {
    status: 500,
    message: "{reason}",
    remedy: "`npm run aviary -- doctor` says what is wrong with the installation.",
  },
  "flags.invalid": {
    status: 422,
    message: "The flags were refused: {problems}",
    remedy:
      "Mend the named fields; the flags that were in force stay in force. docs/deploying.md has the format.",
  },
  "control.not_running": {
    status: 503,
    message: "No Aviary runs on this data, so there is nobody to ask",
    remedy: "Start it with `npm start`, or name its configuration: `aviary --config FILE …`.",
  },
  "control.failed": {
    status: 502,
    message: "{reason}",
    remedy: "The supervisor refused or failed; its log has more.",
  },
  "flags.unknown": {
    status: 404,
    message: "{reason}",
    remedy: "`aviary flags list` shows the flags of the releases that run.",
  },
  "schema.unsupported": {
    status: 409,
    message: "The database's schema does not fit this release: {reason}",
    remedy: "`aviary schema` shows what is there, what this release needs and what has yet to run.",
  },
  "schema.unreadable": {
    status: 502,
    message: "What {release} says of its schema cannot be read: {reason}",
    remedy: "Run the command of `schema.inspect` in its manifest by hand; nothing was started.",
  },
  "schema.migration_failed": {
    status: 500,
    message: "The migrations of {release} failed: {reason}",
    remedy:
      "Nothing was started. What had run before stays and harms nobody; mend the migration and deploy again.",
  },
  "import.invalid": {
    status: 422,
    message: "The import cannot be done: {reason}",
    remedy: "Correct the file or the option that is named, and run the same command again.",
  },
  "import.running": {
    status: 409,
    message: "The same import is running in another process",
    remedy: "Wait for it to end, or stop it; the import goes on from where it is.",
  },
  "delivery.document_invalid": {
    status: 422,
    message: "The document cannot be used:\n{problems}",
    remedy: "Correct the named fields; docs/rollouts.md has all of them with their defaults.",
  },
  "rollout.running": {
    status: 409,
    message: "{service} is being rolled out already: {rollout}, begun by {requestedBy}, {reason}",
    remedy:
      "Wait for it (`--wait`), end it with `aviary rollout abort`, or let it end with `aviary rollout promote`.",
  },
  "analysis.template_untrusted": {
    status: 422,
    message:
      "The template {template} would have rolled back {rate} of the healthy releases, more than the {allowed} that it may: {metrics}",
    remedy:
      "Raise `allowedChange` or `dispersion` of the named metrics, or take them out; `aviary rollout plan` shows what is still seen.",
  },
  "analysis.record_unreadable": {
    status: 422,
    message: "The decision record {id} cannot be read: {problem}",
    remedy:
      "It may be older than this version, or cut off by a full disk. It is in `delivery/records` under the data directory.",
  },
  "analysis.template_unknown": {
    status: 404,
    message: "There is no AnalysisTemplate {template}. There are: {templates}",
    remedy:
      "Name one of them, or add it to the delivery documents of the configuration and start Aviary again.",
  },
  "rollout.none": {
    status: 404,
    message: "No rollout of {service} is under way",
    remedy: "`aviary rollout history` shows those that have ended.",
  },
  "rollout.refused": {
    status: 409,
    message: "{reason}",
    remedy: "`aviary rollout status` shows the state of the rollout and what it waits for.",
  },
  "service.unknown": {
    status: 404,
    message: "No service {service} is declared; there are: {services}",
    remedy: "Check the name, or declare the service in the configuration.",
  },
  "command.invalid": {
    status: 422,
    message: "{reason}",
    remedy: "Run the command with --help.",
  },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorCodes
