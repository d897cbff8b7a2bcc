// The settings of what `aviary start` runs beside the gateway: instances of the services, and which services there are.

import { setting, values } from "@aviary/kit"

export const deliverySettings = {
  replicas: setting(
    values.integer(1, 100),
    1,
    "Instances of the network's own service that run. More than one use more than one core, and one that fails is not missed.",
  ),
  file: setting(
    values.text,
    "delivery.yaml",
    "File of the services that run beside the network, of routes, and of how releases are rolled out; see docs/deploying.md. Missing: the network alone.",
  ),
}
