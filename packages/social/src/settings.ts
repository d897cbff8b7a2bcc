// The settings of the social service. docs/config.md is generated from this table.

import { setting, values } from "@aviary/kit"
import type { Settings } from "@aviary/kit"
import { z } from "zod"
import { gatewaySettings } from "./access/access-settings.ts"
import type { RegistrationMode } from "./features/community/community-settings.ts"

const IN_THE_BROWSER = "Not given: the owner sets it in the browser."

export const socialSettings = {
  gateway: gatewaySettings,
  http: {
    host: setting(
      values.text,
      "127.0.0.1",
      "Address to listen on, for HTTP and HTTPS. `0.0.0.0` or `::` for all.",
    ),
    port: setting(values.integer(0, 65_535), 3000, "Port to listen on; 0 picks a free one."),
    publicUrl: setting(
      z.url({ protocol: /^https?$/ }).optional(),
      undefined as string | undefined,
      "The URL that members use, e.g. `https://birds.example`. Default: `http://localhost:<port>`.",
    ),
    trustedProxies: setting(
      values.list,
      [] as string[],
      "Addresses or CIDR ranges of proxies in front whose `X-Forwarded-*` headers are believed; the gateway also takes their `Forwarded`.",
    ),
    tlsCertificate: setting(
      values.text,
      "",
      "File of the certificate (PEM) that a gateway on another machine is shown. With it the listener speaks HTTPS only.",
    ),
    tlsKey: setting(values.text, "", "File of its private key (PEM)."),
    tlsClients: setting(
      values.text,
      "",
      "File of the authorities (PEM) whose certificates clients must show: the gateway's `authority.pem`.",
    ),
    maxBodyBytes: setting(
      values.integer(1_024, 16_777_216),
      1_048_576,
      "Bytes of a JSON or form body at most.",
    ),
    signInsPerMinute: setting(
      values.integer(1, 100_000),
      20,
      "Sign-ins and registrations that one address may try in a minute, where the service limits them.",
    ),
    rateLimits: setting(
      values.flag,
      true,
      "Whether the service itself limits how often an address may try to sign in, to join and to connect to the firehose. `aviary start` leaves that to its gateway where `gateway.limits.enabled` is true.",
    ),
  },
  instance: {
    title: setting(values.optionalText, undefined, `Name of the community. ${IN_THE_BROWSER}`),
    description: setting(
      values.optionalText,
      undefined,
      `A sentence or two about it, shown to newcomers. ${IN_THE_BROWSER}`,
    ),
    contactEmail: setting(
      values.optionalText,
      undefined,
      `Where members reach the operator. ${IN_THE_BROWSER}`,
    ),
    rules: setting(
      values.list.optional(),
      undefined as string[] | undefined,
      `Rules of the community, one each. ${IN_THE_BROWSER}`,
    ),
    languages: setting(
      values.list.optional(),
      undefined as string[] | undefined,
      `Languages of the community, ISO 639-1. ${IN_THE_BROWSER}`,
    ),
  },
  registrations: {
    mode: setting(
      z.enum(["open", "approval", "invite", "closed"]).optional(),
      undefined as RegistrationMode | undefined,
      `Who can join: anybody, whom the staff lets in, who was invited, or nobody; \`open\` at first. ${IN_THE_BROWSER}`,
    ),
  },
  webClient: {
    directory: setting(
      values.optionalText,
      undefined as string | undefined,
      "Directory of the built web client, or `off` for none. Default: `dist` in `apps/web` of the checkout, where `npm start` builds it.",
    ),
  },
  posts: {
    maxCharacters: setting(values.integer(1, 100_000), 500, "Characters of a post; a URL counts as 23."),
  },
  feed: {
    postCacheMiB: setting(
      values.integer(1, 1_048_576),
      48,
      "MiB of memory for posts and their authors as they are shown; the least used go first.",
    ),
    strategy: setting(
      z.enum(["hybrid", "push", "pull"]),
      "hybrid",
      "How posts come to home timelines: pushed to readers when they are written, pulled from authors when they are read, or `hybrid`, which pulls what is dear to push.",
    ),
    ringMiB: setting(
      values.integer(1, 1_048_576),
      64,
      "MiB of memory for the home timelines of active members; the least recently active lose theirs first.",
    ),
    recentPosts: setting(
      values.integer(1_000, 100_000_000),
      200_000,
      "Posts whose ids are kept in memory, about; older ones are read from PostgreSQL.",
    ),
    heavyFollowers: setting(
      values.integer(1, 1_000_000_000),
      10_000,
      "Active followers from which on an author's posts are pulled rather than pushed (`hybrid`).",
    ),
    pullAboveFollows: setting(
      values.integer(1, 1_000_000_000),
      2_000,
      "Members who follow more than this pull rather than have posts pushed to them (`hybrid`).",
    ),
  },
  media: {
    maxImageBytes: setting(
      values.integer(1_024, 268_435_456),
      16_777_216,
      "Bytes of an uploaded image at most.",
    ),
    maxImagePixels: setting(
      values.integer(1, 268_435_456),
      33_177_600,
      "Pixels of an uploaded image at most.",
    ),
  },
  auth: {
    passwordGrant: setting(
      values.flag,
      false,
      "Whether apps may sign members in with their password (OAuth's password grant). For test suites and command-line apps.",
    ),
    secretKey: setting(
      values.text.refine((text) => text === "" || text.length >= 32, "must have at least 32 characters"),
      "",
      "Key of what is stored encrypted: second factors, and tokens for push messages. Not given: `private/seal.key` in the data directory, made at the first use. Several machines on one database need the same.",
      true,
    ),
  },
  release: setting(
    values.optionalText,
    undefined as string | undefined,
    "Id of the release that this process runs; the supervisor sets it.",
  ),
  flags: {
    file: setting(
      values.optionalText,
      undefined as string | undefined,
      "File of the release's feature flags; the supervisor sets it. What an operator has switched off stands in `flag-overrides.json` beside it.",
    ),
  },
  push: {
    privateServices: setting(
      values.flag,
      false,
      "Whether notifications are pushed to services that are not on the public internet too, and without TLS. For a network of one's own: members can then make this server connect to any address that it reaches.",
    ),
  },
  database: {
    poolSize: setting(values.integer(2, 200), 16, "Connections to PostgreSQL of one process."),
  },
  firehose: {
    access: setting(
      z.enum(["public", "app", "off"]),
      "public",
      "Who may read the stream of public events: anybody, whoever has the token of an app, or nobody.",
    ),
    connections: setting(values.integer(1, 100_000), 200, "Readers of the firehose at once, at most."),
    connectsPerMinute: setting(
      values.integer(1, 100_000),
      30,
      "Times that one address may connect to the firehose in a minute.",
    ),
    slowSeconds: setting(
      values.integer(1, 3_600),
      10,
      "How long a reader of the firehose may take nothing before it is dropped, in seconds.",
    ),
  },
  metrics: {
    host: setting(
      values.text,
      "127.0.0.1",
      "Address of the operators' listener: `/metrics` for Prometheus and `/health/…`. It asks nobody for a password.",
    ),
    port: setting(
      values.optionalPort,
      9_464,
      "Its port; 0 picks a free one, `off` is no such listener. Each process needs its own.",
    ),
  },
}

export type SocialSettings = Settings<typeof socialSettings>
