import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { RequestListener, Server } from "node:http"
import { test } from "node:test"
import { text } from "node:stream/consumers"
import { obtainCode } from "./obtain-code.ts"

const user = { username: "ada", email: "ada@example.org", password: "correct horse" }

async function serve(handle: RequestListener): Promise<{ readonly server: Server; readonly base: string }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  assert.ok(typeof address === "object" && address !== null)
  return { server, base: `http://127.0.0.1:${address.port}` }
}

/** A sign-in page, then the question whether the app may, then the code in the way of the test. */
function site(showCode: (response: Parameters<RequestListener>[1]) => void): RequestListener {
  return (request, response) => {
    void (async () => {
      const body = new URLSearchParams(await text(request))
      const signedIn = request.headers.cookie === "session=1"
      if (request.url === "/login") {
        assert.equal(body.get("who"), null)
        assert.equal(body.get("email"), user.email)
        assert.equal(body.get("password"), user.password)
        assert.equal(body.get("next"), "/oauth/authorize?a=1&b=2")
        response
          .writeHead(303, { location: body.get("next") ?? "/", "set-cookie": "session=1; Path=/; HttpOnly" })
          .end()
      } else if (!signedIn) {
        response.end(
          `<form action="/search"><input name="who"></form>
           <form method="post" action='/login'><input type=hidden name=next value="/oauth/authorize?a=1&amp;b=2">
           <input type="email" name="email"><input type="password" name="password"><button>Sign in</button></form>`,
        )
      } else if (request.method === "GET") {
        response.end(
          `<form method="post" action="/oauth/deny"><button name="no" value="cancel">No</button></form>
           <form method="post"><input type="hidden" name="token" value="t"><button name="allow" value="1">Yes</button></form>`,
        )
      } else {
        assert.equal(request.url, "/oauth/authorize?a=1&b=2")
        assert.deepEqual(
          [...body],
          [
            ["token", "t"],
            ["allow", "1"],
          ],
        )
        showCode(response)
      }
    })().catch((error: unknown) => response.writeHead(500).end(String(error)))
  }
}

const ways: readonly (readonly [string, Parameters<typeof site>[0]])[] = [
  ["on the page", (response) => void response.end("<p>Your code: <code>abc-1</code></p>")],
  ["in an input", (response) => void response.end('<input readonly name="code" value="abc-1">')],
  [
    "in the address",
    (response) => void response.writeHead(302, { location: "/oauth/native?code=abc-1" }).end(),
  ],
  [
    "in the address of an app",
    (response) => void response.writeHead(302, { location: "app://done?code=abc-1" }).end(),
  ],
]

for (const [way, showCode] of ways) {
  test(`signs in, allows the app, and finds the code ${way}`, async () => {
    const { server, base } = await serve(site(showCode))
    try {
      assert.equal(await obtainCode(`${base}/oauth/authorize?a=1&b=2`, user), "abc-1")
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
}

test("says which page was the end of it", async () => {
  const { server, base } = await serve((_, response) => void response.end("<h1>Closed</h1>"))
  try {
    await assert.rejects(obtainCode(`${base}/oauth/authorize`, user), /no form and no code on .*Closed/)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
