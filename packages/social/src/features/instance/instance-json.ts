// The community and its limits as Mastodon's Instance (v2) and V1Instance. Pure. Every limit is the constant that the code
// itself uses.

import { MAX_FEATURED_TAGS } from "../featured/featured-tags.ts"
import type { SocialSettings } from "../../settings.ts"
import type { Urls } from "../../http/urls.ts"
import { URL_LENGTH } from "../../text/post-length.ts"
import type { AccountJson } from "../accounts/account-json.ts"
import { takesNewcomers } from "../community/community-settings.ts"
import type { CommunitySettings } from "../community/community-settings.ts"
import { PROFILE_LIMITS } from "../accounts/profile-input.ts"
import { MAX_DESCRIPTION } from "../media/media-routes.ts"
import { MAX_PINS } from "../posts/pin-post.ts"
import { MAX_MEDIA, POLL_LIMITS } from "../posts/post-limits.ts"
import type { UsageCounts } from "./usage-counts.ts"
import { compatibleVersion, MASTODON_API_VERSION } from "./version.ts"

export interface InstanceView {
  readonly settings: SocialSettings
  readonly community: CommunitySettings
  /** The key that apps give to a browser's push service. */
  readonly pushKey: string
  readonly urls: Urls
  readonly usage: UsageCounts
  /** The owner. */
  readonly contact: AccountJson | null
}

/** What media/image takes in. */
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]

export function rulesJson({ rules }: CommunitySettings): { id: string; text: string; hint: string }[] {
  return rules.map((text, index) => ({ id: String(index + 1), text, hint: "" }))
}

function limits(settings: SocialSettings) {
  return {
    accounts: {
      // Tags cannot be featured here.
      max_featured_tags: MAX_FEATURED_TAGS,
      max_pinned_statuses: MAX_PINS,
      max_display_name_length: PROFILE_LIMITS.displayName,
      max_note_length: PROFILE_LIMITS.note,
      max_avatar_description_length: PROFILE_LIMITS.pictureDescription,
      max_header_description_length: PROFILE_LIMITS.pictureDescription,
      max_profile_fields: PROFILE_LIMITS.fields,
      profile_field_name_limit: PROFILE_LIMITS.fieldCharacters,
      profile_field_value_limit: PROFILE_LIMITS.fieldCharacters,
    },
    statuses: {
      max_characters: settings.posts.maxCharacters,
      max_media_attachments: MAX_MEDIA,
      characters_reserved_per_url: URL_LENGTH,
    },
    media_attachments: {
      description_limit: MAX_DESCRIPTION,
      image_matrix_limit: settings.media.maxImagePixels,
      image_size_limit: settings.media.maxImageBytes,
      supported_mime_types: IMAGE_TYPES,
      // Videos are not taken.
      video_frame_rate_limit: 0,
      video_matrix_limit: 0,
      video_size_limit: 0,
    },
    polls: {
      max_characters_per_option: POLL_LIMITS.characters,
      max_expiration: POLL_LIMITS.maxSeconds,
      max_options: POLL_LIMITS.options,
      min_expiration: POLL_LIMITS.minSeconds,
    },
  }
}

function thumbnail({ community, urls }: InstanceView): string {
  return community.banner === null ? urls.defaultHeader : urls.media(community.banner)
}

export function instanceJson(view: InstanceView): object {
  const { settings, community, urls } = view
  const { title, description, languages, contactEmail } = community
  return {
    domain: urls.domain,
    title,
    version: compatibleVersion,
    source_url: `${urls.base}/about`,
    description,
    usage: { users: { active_month: view.usage.activeMonth } },
    thumbnail: { url: thumbnail(view), blurhash: null, versions: {} },
    icon: [],
    languages,
    configuration: {
      ...limits(settings),
      urls: {
        streaming: urls.streaming,
        about: `${urls.base}/about`,
        status: null,
        privacy_policy: null,
        terms_of_service: null,
      },
      vapid: { public_key: view.pushKey },
      translation: { enabled: false },
      limited_federation: true,
    },
    registrations: {
      enabled: takesNewcomers(community.registrations),
      approval_required: community.registrations === "approval",
      reason_required: community.registrations === "approval" && community.reasonRequired,
      message: null,
      min_age: null,
      url: takesNewcomers(community.registrations) ? `${urls.base}/auth/sign_up` : null,
    },
    api_versions: { mastodon: MASTODON_API_VERSION },
    contact: { email: contactEmail, account: view.contact },
    rules: rulesJson(community),
  }
}

export function instanceV1Json(view: InstanceView): object {
  const { settings, community, urls, usage } = view
  const { title, description, languages, contactEmail } = community
  const { accounts, ...configuration } = limits(settings)
  const {
    max_avatar_description_length: _avatar,
    max_header_description_length: _header,
    ...v1Accounts
  } = accounts
  return {
    uri: urls.domain,
    title,
    short_description: description,
    description,
    email: contactEmail,
    version: compatibleVersion,
    urls: { streaming_api: urls.streaming },
    stats: { user_count: usage.members, status_count: usage.posts, domain_count: 0 },
    thumbnail: thumbnail(view),
    languages,
    registrations: takesNewcomers(community.registrations),
    approval_required: community.registrations === "approval",
    invites_enabled: community.invites === "members" && community.registrations !== "closed",
    configuration: { ...configuration, accounts: v1Accounts },
    contact_account: view.contact,
    rules: rulesJson(community),
  }
}
