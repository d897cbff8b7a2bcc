// What the gateway's process and the one that runs it say to each other, beside the listening sockets.

export type GatewayWord =
  | {
      readonly gateway: "ready"
      readonly port: number
      /** 0 without HTTPS. */
      readonly tlsPort: number
      /** The command by which this machine is made to trust the installation's own certificate authority. */
      readonly trust?: string
    }
  | { readonly gateway: "failed"; readonly reason: string }

export const STOP_GATEWAY = { gateway: "stop" } as const

export function isGatewayOrder(message: unknown): message is typeof STOP_GATEWAY {
  return typeof message === "object" && message !== null && "gateway" in message && message.gateway === "stop"
}

export function isGatewayWord(message: unknown): message is GatewayWord {
  return (
    typeof message === "object" &&
    message !== null &&
    "gateway" in message &&
    (message.gateway === "ready" || message.gateway === "failed")
  )
}
