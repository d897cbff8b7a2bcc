// The database, the services and the gateway, each a process of its own, supervised from here.

import { createOperatorsListener } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { publicUrl } from "@aviary/social/outside"
import type { Startable } from "../commands/start.ts"
import { createCollectedFigures } from "../delivery/collected-figures.ts"
import { NETWORK, readDeclaredServices } from "../delivery/declared-services.ts"
import { createInstallationDelivery } from "../delivery/installation-delivery.ts"
import { createInstallationRollouts } from "../delivery/installation-rollouts.ts"
import { createServicesPart } from "../delivery/services-part.ts"
import { createInstallationGateway } from "../gateway/installation-gateway.ts"
import { writeRunFile } from "../installation.ts"
import { createDatabasePart } from "./database-part.ts"
import { takeOwnerSignIn } from "./owner-sign-in.ts"
import type { StartContext } from "./start-context.ts"

export async function supervised(context: StartContext): Promise<Startable> {
  const { settings, dir, log } = context
  const declared = readDeclaredServices(settings.delivery.file)
  const database = createDatabasePart(context)
  const delivery = await createInstallationDelivery({
    ...context,
    declared,
    env: process.env,
    databaseUrl: () => database.url(),
  })
  const { supervisor, traffic } = delivery
  const services = createServicesPart({ ...context, declared, delivery })
  const gateway = createInstallationGateway(context)
  const rollouts = createInstallationRollouts({ dir, log, declared, delivery, env: process.env })
  const isReady = () => supervisor.list(NETWORK).some(({ ready }) => ready > 0)
  const figures = createOperatorsListener({
    ...settings.metrics,
    portSetting: "metrics.port (AVIARY_METRICS_PORT)",
    metrics: createCollectedFigures(() =>
      supervisor.instances().filter(({ service }) => service === NETWORK),
    ),
    ready: async () => (isReady() ? undefined : "no instance of the network is ready"),
    log,
  })
  const commands: Part = {
    name: "word for the commands",
    async start() {
      writeRunFile(dir, { pid: process.pid, url: publicUrl(settings), databaseUrl: database.url() })
    },
    stop: async () => {},
  }
  const routing: Part = {
    ...traffic,
    async start() {
      await traffic.start()
      await traffic.settled()
    },
  }
  return {
    parts: [figures, database, commands, gateway.early, services, gateway, routing, ...rollouts.parts],
    async running() {
      const owner = takeOwnerSignIn(dir)
      const said = { url: publicUrl(settings), owner, https: gateway.https(), operators: figures }
      return { url: gateway.url(), databaseUrl: database.url(), said }
    },
  }
}
