// The servers that the gateway is measured against, from Debian: nginx with one worker, HAProxy with one thread; and the
// upstream of all of them, nginx answering from memory. Each runs in the foreground of a temporary directory and ends with
// the benchmark.

import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { userInfo } from "node:os"
import { join } from "node:path"

export interface RunningServer {
  readonly port: number
  /** 0 without TLS. */
  readonly tlsPort: number
  stop(): Promise<void>
}

export interface ProxySetting {
  readonly dir: string
  readonly upstreamPort: number
  /** PEM files: the certificate, the key, and both in one. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly both: string }
}

const COMMON = `
${userInfo().uid === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
error_log stderr crit;
events { worker_connections 4096; }
`

export async function runUpstream(dir: string, body: string): Promise<RunningServer> {
  const port = await freePort()
  const home = join(dir, "upstream")
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, "body.json"), body)
  const config = `${COMMON}
pid ${home}/pid;
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 60s;
  open_file_cache max=10 inactive=1h;
  open_file_cache_valid 1h;
  sendfile on;
  types { application/json json; }
  ${temporaryPaths(home)}
  server { listen 127.0.0.1:${port} backlog=4096; root ${home}; location / { rewrite ^ /body.json break; } }
}`
  return runNginx(home, config, { port, tlsPort: 0 })
}

export async function runNginxProxy({ dir, upstreamPort, tls }: ProxySetting): Promise<RunningServer> {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const home = join(dir, "nginx")
  mkdirSync(home, { recursive: true })
  const config = `${COMMON}
pid ${home}/pid;
http {
  access_log ${home}/access.log combined buffer=64k;
  keepalive_requests 1000000000;
  limit_req_zone $binary_remote_addr zone=one:10m rate=1000000r/s;
  ${temporaryPaths(home)}
  upstream instances { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    listen 127.0.0.1:${tlsPort} ssl http2 backlog=4096;
    ssl_certificate ${tls.certificate};
    ssl_certificate_key ${tls.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      limit_req zone=one burst=1000 nodelay;
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Request-Id $request_id;
    }
  }
}`
  return runNginx(home, config, { port, tlsPort })
}

function temporaryPaths(home: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join(" ")
}

async function runNginx(
  home: string,
  config: string,
  ports: { port: number; tlsPort: number },
): Promise<RunningServer> {
  const file = join(home, "nginx.conf")
  writeFileSync(file, config)
  const child = spawn("nginx", ["-p", home, "-c", file, "-e", "stderr"], {
    stdio: ["ignore", "inherit", "inherit"],
  })
  return running(child, "nginx", ports)
}

export async function runHaproxy({ dir, upstreamPort, tls }: ProxySetting): Promise<RunningServer> {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const file = join(dir, "haproxy.cfg")
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${tlsPort} ssl crt ${tls.both} alpn h2,http/1.1
  unique-id-format %[rand,hex]%[rand,hex]
  unique-id-header X-Request-Id
  default_backend instances
backend instances
  server one 127.0.0.1:${upstreamPort} pool-max-conn 128
`,
  )
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: ["ignore", "ignore", "inherit"] })
  return running(child, "haproxy", { port, tlsPort })
}

const START_MS = 5_000

async function running(
  child: ChildProcess,
  name: string,
  ports: { port: number; tlsPort: number },
): Promise<RunningServer> {
  const failed = new Promise<never>((_resolve, reject) => {
    child.once("error", () =>
      reject(new Error(`${name} is missing. On Debian: apt-get install nginx-light haproxy wrk`)),
    )
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)))
  })
  failed.catch(() => {})
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  await Promise.race([failed, answers(ports.port)])
  return {
    ...ports,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM")
      await ended
    },
  }
}

async function answers(port: number): Promise<void> {
  const late = Date.now() + START_MS
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`)
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`The server on port ${port} answers ${answer.status}`)
      return
    } catch (error) {
      if (Date.now() > late) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
