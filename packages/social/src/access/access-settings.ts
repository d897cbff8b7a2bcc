// The settings of what this service has to do with a gateway in front of it.

import { setting, values } from "@aviary/kit"
import { z } from "zod"
import { parseListenAddress } from "./listen-address.ts"

export const gatewaySettings = {
  listen: setting(
    z
      .string()
      .refine(
        (text) => text === "" || parseListenAddress(text) !== undefined,
        "is neither the path of a socket nor HOST:PORT",
      ),
    "",
    "Where gateways ask about tokens and hear of changes: the path of a Unix socket, or `HOST:PORT` with `gateway.secret`. Empty: nowhere. Never open it to members.",
  ),
  secret: setting(
    z.string().refine((text) => text === "" || text.length >= 32, "must have 32 characters or more"),
    "",
    "What gateways must show there, 32 characters or more; needed with `HOST:PORT`.",
    true,
  ),
  keySet: setting(
    values.text,
    "",
    "File or URL of the gateway's public keys: what it signs of who asks is then believed. Empty: only tokens are let in.",
  ),
}
