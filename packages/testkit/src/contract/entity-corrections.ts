/**
 * Where practice differs from the published description of the client API: what Mastodon really sends and what real
 * clients need. Every entry says why. Aviary's own additions stand in extensions.ts, never here.
 */
import type { Definitions } from "./notation.ts"

/** `"Entity.field"` (with `?` when it may be missing) → its type, and why. The field may be known or new. */
export type FieldCorrections = Readonly<Record<string, { readonly as: string; readonly because: string }>>

export const fieldCorrections: FieldCorrections = {
  "Account.url": {
    as: "url",
    because: "a local account always has a page; apps build links from it without a check",
  },
  "Field.verified_at": { as: "datetime | null", because: "toot indexes it without a check" },
  "MediaAttachment.preview_remote_url?": {
    as: "url | null",
    because: "Mastodon sends it, always null for local media",
  },
  "MediaAttachment.text_url?": { as: "url | null", because: "older Mastodon sent it and older apps read it" },
  "MediaAttachmentMeta.colors?": {
    as: "MediaColors",
    because: "Mastodon sends it for audio and video with artwork",
  },
  "MediaAttachmentMeta.length?": {
    as: "string",
    because: "Mastodon sends a flat copy of the measures of a video",
  },
  "MediaAttachmentMeta.duration?": { as: "number", because: "as length" },
  "MediaAttachmentMeta.fps?": { as: "number", because: "as length" },
  "MediaAttachmentMeta.size?": { as: "string", because: "as length" },
  "MediaAttachmentMeta.width?": { as: "int", because: "as length" },
  "MediaAttachmentMeta.height?": { as: "int", because: "as length" },
  "MediaAttachmentMeta.aspect?": { as: "number", because: "as length" },
  "MediaAttachmentMeta.audio_encode?": { as: "string", because: "as length" },
  "MediaAttachmentMeta.audio_bitrate?": { as: "string", because: "as length" },
  "MediaAttachmentMeta.audio_channels?": { as: "string", because: "as length" },
  "MetaDetails.size?": { as: "string", because: "Mastodon sends WIDTHxHEIGHT for images" },
  "PreviewCard.author_url": { as: "string", because: "empty when the page names no author" },
  "PreviewCard.provider_url": { as: "string", because: "empty when the page names no provider" },
  "PreviewCard.embed_url": { as: "string", because: "empty unless the card embeds a photo" },
  "PreviewCard.language?": { as: "string | null", because: "Mastodon sends it since 4.2" },
  "PreviewCard.image_description?": { as: "string", because: "Mastodon sends it since 4.2" },
  "PreviewCardAuthor.url": { as: "string", because: "empty when the page gives none" },
  "ScheduledStatusParams.in_reply_to_id?": {
    as: "string | int | null",
    because: "Mastodon stores what the client sent, so both occur",
  },
  "ScheduledStatusParams.application_id": {
    as: "string | int",
    because: "as in_reply_to_id; ids here are strings",
  },
  "ScheduledStatusParams.with_rate_limit?": {
    as: "bool",
    because: "an internal of Mastodon that no client reads",
  },
  "ScheduledStatusParams.quote_approval_policy?": {
    as: "QuotePolicy | int | null",
    because: "absent unless chosen",
  },
  "Suggestion.source?": {
    as: "'staff' | 'past_interactions' | 'global'",
    because: "deprecated, but Mastodon still sends it and older apps need it",
  },
  "WebPushSubscription.id": {
    as: "string | int",
    because:
      "Mastodon sends a number where its documentation says a string; apps exist that insist on either",
  },
  "WebPushSubscription.policy?": {
    as: "'all' | 'followed' | 'follower' | 'none'",
    because: "Mastodon sends it",
  },
  "WebPushSubscriptionAlerts.quote?": { as: "bool", because: "Mastodon 4.5 has this alert" },
  "WebPushSubscriptionAlerts.quoted_update?": { as: "bool", because: "Mastodon 4.5 has this alert" },
  "Token.created_at": { as: "int", because: "whole seconds: the Perl client reads an integer epoch" },
  "Token.token_type": { as: "'Bearer'", because: "apps put it before the token in the header as it stands" },
  "InstanceConfiguration.vapid?": {
    as: "InstanceConfigurationVapid",
    because: "Mastodon has it since 4.3; web apps need it for push",
  },
  "InstanceConfigurationUrls.streaming": { as: "url", because: "apps connect to it without a check" },
  "InstanceConfigurationStatuses.supported_mime_types?": {
    as: "string[]",
    because: "servers that take Markdown send it; apps read it",
  },
  "V1InstanceConfigurationAccounts.max_pinned_statuses?": {
    as: "int",
    because: "Mastodon sends it since 4.3",
  },
  "V1InstanceConfigurationAccounts.max_display_name_length?": {
    as: "int",
    because: "the same limits as in v2",
  },
  "V1InstanceConfigurationAccounts.max_note_length?": { as: "int", because: "the same limits as in v2" },
  "V1InstanceConfigurationAccounts.max_profile_fields?": { as: "int", because: "the same limits as in v2" },
  "V1InstanceConfigurationAccounts.profile_field_name_limit?": {
    as: "int",
    because: "the same limits as in v2",
  },
  "V1InstanceConfigurationAccounts.profile_field_value_limit?": {
    as: "int",
    because: "the same limits as in v2",
  },
  "V1InstanceConfigurationMediaAttachments.description_limit?": {
    as: "int",
    because: "Mastodon sends it since 4.4",
  },
  "ExtendedDescription.updated_at": { as: "datetime | null", because: "null where nobody has written one" },
  "PrivacyPolicy.updated_at": { as: "datetime | null", because: "null where nobody has written one" },
  "Preferences.reading:autoplay:gifs?": { as: "bool", because: "Mastodon sends it" },
  "Preferences.posting:default:quote_policy?": { as: "QuotePolicy", because: "Mastodon sends it since 4.5" },
  "ActivityItem.week": { as: "string", because: "all four are always there, as strings of digits" },
  "ActivityItem.statuses": { as: "string", because: "as week" },
  "ActivityItem.logins": { as: "string", because: "as week" },
  "ActivityItem.registrations": { as: "string", because: "as week" },
  "OAuthServerMetadata.service_documentation?": {
    as: "url",
    because: "RFC 8414 makes it optional and no app reads it",
  },
  "AdminAccount.ip?": {
    as: "AdminIp | string | null",
    because: "Mastodon sends the newest address as a record",
  },
}

/** Optional in the description, always sent by Mastodon: null is said, not left out. Strict decoders need the key. */
export const alwaysPresent: Readonly<Record<string, readonly string[]>> = {
  Account: ["last_status_at", "discoverable", "hide_collections"],
  MutedAccount: ["mute_expires_at"],
  CredentialAccountSource: ["language", "hide_collections", "discoverable"],
  Status: [
    "in_reply_to_id",
    "in_reply_to_account_id",
    "language",
    "url",
    "edited_at",
    "reblog",
    "card",
    "poll",
  ],
  StatusApplication: ["website"],
  MediaAttachment: ["url", "preview_url", "remote_url", "description", "blurhash", "meta"],
  Poll: ["expires_at", "voters_count"],
  PollOption: ["votes_count"],
  PreviewCard: ["image", "blurhash", "published_at"],
  Conversation: ["last_status"],
  CredentialApplication: ["website", "client_secret_expires_at"],
  Application: ["website"],
  Filter: ["expires_at"],
  FilterResult: ["keyword_matches", "status_matches"],
  V1Filter: ["expires_at"],
  InstanceContact: ["account"],
  InstanceRegistrations: ["message"],
  V1Instance: ["contact_account", "thumbnail"],
  Announcement: ["starts_at", "ends_at"],
  FeaturedTag: ["last_status_at"],
  Report: ["action_taken_at", "status_ids", "rule_ids"],
  NotificationGroup: ["page_min_id", "page_max_id", "latest_page_notification_at"],
  NotificationRequest: ["last_status"],
  Preferences: ["posting:default:language"],
}

/** Entities that the description leaves out or runs together with another. */
export const addedEntities: Definitions = {
  /** What DELETE answers, for "delete and write again": the text as typed in place of the rendering. */
  DeletedStatus: { "...": "Status", "content?": "string", text: "string" },
  MediaColors: { background: "string", foreground: "string", accent: "string" },
  InstanceConfigurationVapid: { public_key: "string" },
  UserInfo: {
    iss: "url",
    sub: "string",
    name: "string",
    preferred_username: "string",
    profile: "url",
    picture: "url",
    "email?": "string",
    "email_verified?": "bool",
  },
  NodeInfoLinks: { links: "NodeInfoLink[]" },
  NodeInfoLink: { rel: "string", href: "url" },
  NodeInfo: {
    version: "'2.0'",
    software: "NodeInfoSoftware",
    protocols: "string[]",
    services: "NodeInfoServices",
    usage: "NodeInfoUsage",
    openRegistrations: "bool",
    metadata: "object",
  },
  NodeInfoSoftware: { name: "string", version: "string" },
  NodeInfoServices: { inbound: "string[]", outbound: "string[]" },
  NodeInfoUsage: { users: "NodeInfoUsers", "localPosts?": "int", "localComments?": "int" },
  NodeInfoUsers: { total: "int", "activeMonth?": "int", "activeHalfyear?": "int" },
  WebFinger: { subject: "string", "aliases?": "string[]", links: "WebFingerLink[]" },
  WebFingerLink: { rel: "string", "type?": "string", "href?": "url", "template?": "string" },
}
