// npm run bench -- gateway: how many requests a second the gateway passes, and what it adds to each, against nginx (one worker)
// and HAProxy (one thread) from Debian, proxying the same upstream for the same client in turns. Answers of 14 kB, plain and
// over TLS, with the features that `npm start` turns on. What is added is measured at half load: half of the requests that the
// gateway passes at most, offered to each of them alike and to the upstream itself, at random moments. Needs: apt-get install nginx-light haproxy wrk openssl.

import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { GatewayInput } from "./gateway/gateway.process.ts"
import type { RunningServer } from "./gateway/reference-proxies.ts"
import { runHaproxy, runNginxProxy, runUpstream } from "./gateway/reference-proxies.ts"
import { runWrk } from "./gateway/wrk.ts"
import type { WrkResult } from "./gateway/wrk.ts"
import { ownProcess } from "./lib/own-process.ts"
import type { Figure } from "./lib/report.ts"
import { takeTurns } from "./lib/take-turns.ts"

const BYTES = 14_000
const ROUNDS = 3
const CONNECTIONS = 64
const START_MS = 10_000

export async function gateway(args: readonly string[]): Promise<Figure[]> {
  const seconds = Number(args[0] ?? 4)
  const dir = mkdtempSync(join(tmpdir(), "aviary-gateway-bench-"))
  await using running = new AsyncDisposableStack()
  running.defer(() => rmSync(dir, { recursive: true, force: true }))
  const tls = makeCertificate(dir)
  const upstream = await runUpstream(dir, JSON.stringify({ filler: "x".repeat(BYTES) }))
  running.defer(() => upstream.stop())
  const setting = { dir, upstreamPort: upstream.port, tls }
  const servers = {
    ours: await runOurs(dir, setting),
    nginx: await runNginxProxy(setting),
    haproxy: await runHaproxy(setting),
  }
  for (const server of Object.values(servers)) running.defer(() => server.stop())
  const figures: Figure[] = []
  for (const secure of [false, true]) {
    const through = (server: RunningServer, pauseMs: number) => () =>
      runWrk(secure ? `https://127.0.0.1:${server.tlsPort}/` : `http://127.0.0.1:${server.port}/`, {
        connections: CONNECTIONS,
        seconds,
        pauseMs,
      })
    const each = (pauseMs: number) => ({
      ours: through(servers.ours, pauseMs),
      nginx: through(servers.nginx, pauseMs),
      haproxy: through(servers.haproxy, pauseMs),
    })
    const kind = secure ? "TLS" : "plain"
    const saturated = await takeTurns(ROUNDS, each(0))
    figures.push(...throughput(kind, saturated))
    const pauseMs = (CONNECTIONS / (saturated.ours.perSecond / 2)) * 1_000
    const direct = () =>
      runWrk(`http://127.0.0.1:${upstream.port}/`, { connections: CONNECTIONS, seconds, pauseMs })
    figures.push(...added(kind, await takeTurns(ROUNDS, { ...each(pauseMs), direct })))
  }
  return figures
}

function throughput(
  kind: string,
  { ours, nginx, haproxy }: Record<"ours" | "nginx" | "haproxy", WrkResult>,
): Figure[] {
  const figure = {
    name: `${kind}: requests/s, ${CONNECTIONS} connections`,
    value: ours.perSecond,
    unit: "requests/s",
  }
  const note = `p50 ${ours.p50.toFixed(2)} ms, p99 ${ours.p99.toFixed(2)} ms, failed ${ours.failed}; of nginx ${nginx.p50.toFixed(2)} and ${nginx.p99.toFixed(2)} ms`
  return [
    {
      ...figure,
      reference: { name: "nginx, 1 worker", value: nginx.perSecond },
      target: { least: 0.5 },
      note,
    },
    { ...figure, reference: { name: "HAProxy, 1 thread", value: haproxy.perSecond } },
  ]
}

type Four = Record<"ours" | "nginx" | "haproxy" | "direct", WrkResult>

function added(kind: string, { ours, nginx, haproxy, direct }: Four): Figure[] {
  return (["p50", "p99"] as const).map((percentile) => ({
    name: `${kind}: added ${percentile} at half load`,
    value: ours[percentile] - direct[percentile],
    unit: "ms",
    target: { most: percentile === "p50" ? 0.3 : 2 },
    note: `${Math.round(ours.perSecond)} requests/s; ours ${ours[percentile].toFixed(2)}, direct ${direct[percentile].toFixed(2)} ms; nginx adds ${(nginx[percentile] - direct[percentile]).toFixed(2)}, HAProxy ${(haproxy[percentile] - direct[percentile]).toFixed(2)} ms`,
  }))
}

async function runOurs(
  dir: string,
  { upstreamPort, tls }: { upstreamPort: number; tls: { certificate: string; key: string } },
): Promise<RunningServer> {
  const input: GatewayInput = { upstreamPorts: [upstreamPort], accessLog: join(dir, "access.log"), tls }
  const file = new URL("./gateway/gateway.process.ts", import.meta.url)
  const server = ownProcess<{ port: number; tlsPort: number }>(file, input)
  try {
    return { ...(await server.message(START_MS)), stop: () => server.stop() }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function makeCertificate(dir: string): { certificate: string; key: string; both: string } {
  const at = (name: string): string => join(dir, name)
  const files = { certificate: at("certificate.pem"), key: at("key.pem"), both: at("both.pem") }
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-keyout",
      files.key,
      "-out",
      files.certificate,
    ],
    { stdio: "ignore" },
  )
  writeFileSync(files.both, readFileSync(files.certificate, "utf8") + readFileSync(files.key, "utf8"), {
    mode: 0o600,
  })
  return files
}
