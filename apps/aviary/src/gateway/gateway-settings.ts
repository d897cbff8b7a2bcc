// The settings of the gateway as `aviary start` and `aviary gateway` run it.

import { setting, values } from "@aviary/kit"

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
}
