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
    "Domains that a certificate is got for from an authority (ACME), e.g. `birds.example`. The gateway must be reached at their port 80 then. Empty: a certificate of the installation's own authority.",
  ),
  email: setting(values.text, "", "Where the certificate authority writes to when something is wrong."),
  accessLog: setting(
    values.flag,
    true,
    "Whether each request is one line in `gateway/access.log` of the data directory: never a query, a token or a body.",
  ),
}
