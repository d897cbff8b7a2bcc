// The settings of the gateway as `aviary start` and `aviary gateway` run it.

import { setting, values } from "@aviary/kit"
import { z } from "zod"

const RATE = /^[1-9]\d{0,6}\/[1-9]\d{0,4}[smh]$|^off$/

/** Requests and a time, or `off`, which YAML may read as false. */
const rate: z.ZodType<string> = z.preprocess(
  (value) => (value === false ? "off" : value),
  z.string().regex(RATE, "must be requests and a time, like 300/5m or 60/1h, or off"),
)

/**
 * How often clients may ask. Mastodon's defaults, but where they would hurt: 300 requests of a token in five minutes are
 * reached by whoever opens something every three seconds in a web client that asks three things for it, and those of an address
 * by a class that reads without signing in.
 */
export const gatewayLimitSettings = {
  enabled: setting(
    values.flag,
    true,
    "Whether the gateway limits how often clients may ask; below is how often: `300/5m` is 300 at once, and then one a second, or `off`. Where it does not, the service by itself limits sign-ins and the firehose (`http.rateLimits`).",
  ),
  token: setting(rate, "600/5m", "Requests to the API with one access token. Mastodon: 300/5m."),
  account: setting(
    rate,
    "1500/5m",
    "Requests to the API of one member, with whatever token. As Mastodon has it.",
  ),
  address: setting(
    rate,
    "1500/5m",
    "Requests to the API of one address (IPv6: /64) by who is not a member. Many people may share one, and most of what they ask is answered from the cache. Mastodon: 300/5m.",
  ),
  uploads: setting(rate, "30/30m", "Uploads of one member. As Mastodon has it."),
  deletions: setting(
    rate,
    "30/30m",
    "Posts deleted and reposts taken back, of one member. As Mastodon has it.",
  ),
  signUps: setting(rate, "25/5m", "Attempts of one address to join. As Mastodon has it for its page."),
  signIns: setting(
    rate,
    "100/5m",
    "Steps of signing in that one address may try: a new app takes four (it registers, password, approval, token), so this is Mastodon's 25/5m. Wrong passwords of one account are limited to ten in 15 minutes besides, wherever they come from.",
  ),
  streams: setting(rate, "100/5m", "Connects to streaming, of one member, or of one address without one."),
}

export const gatewayRoleSettings = {
  run: setting(
    values.flag,
    true,
    "Whether `aviary start` puts the gateway in front, as a process of its own. Without it the service itself listens on `http.port`, for those who have a gateway elsewhere.",
  ),
  httpsPort: setting(
    values.optionalPort,
    3_443,
    "Port of HTTPS beside `http.port`; 0 picks a free one, `off` is no HTTPS. Where it is taken, the start says so and goes on.",
  ),
  domains: setting(
    values.list,
    [] as string[],
    "Domains that a certificate is got for from an authority (ACME), e.g. `birds.example`. The gateway must be reached at their ports 80 and 443 then. Empty: a certificate of the installation's own authority.",
  ),
  email: setting(values.text, "", "Where the certificate authority writes to when something is wrong."),
  certificate: setting(
    values.text,
    "",
    "File of a certificate (PEM, with those between it and the root) that somebody else renews; looked at every five seconds. It is shown where its names fit, and where no name does.",
  ),
  certificateKey: setting(values.text, "", "File of its private key (PEM)."),
  proxyProtocol: setting(
    values.flag,
    false,
    "Whether the proxies in `http.trustedProxies` begin each connection with a PROXY protocol header, version 1 or 2. Connections of theirs without one are closed.",
  ),
  accessLog: setting(
    values.flag,
    true,
    "Whether each request is one line in `gateway/access.log` of the data directory: never a query, a token or a body.",
  ),
  limits: gatewayLimitSettings,
}
