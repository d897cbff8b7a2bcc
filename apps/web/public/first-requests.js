// Asks for what a member's page begins with while the code that will show it is still on its way; src/api/first-answers.ts hands the
// answers to it. A file of its own, since the page's policy allows no script inside the document. It must ask for nothing that the
// page would not ask for in the same words, and it must never fail: storage may be closed to it.
;(() => {
  try {
    const token = localStorage.getItem("aviary:token")
    if (token === null) return
    const home = {
      latest: "/api/v1/timelines/home",
      ranked: "/api/aviary/v1/timelines/ranked",
    }
    const ofHome = [
      "/api/aviary/v1/preferences",
      localStorage.getItem("aviary:home-order") === "ranked" ? home.ranked : home.latest,
      "/api/v1/announcements",
    ]
    const paths = [
      ...(location.pathname === "/" ? ofHome : []),
      "/api/v1/accounts/verify_credentials",
      "/api/v2/instance",
      "/api/v2/notifications/unread_count",
    ]
    const answers = new Map()
    for (const path of paths) {
      const answer = fetch(path, {
        headers: { accept: "application/json", authorization: `Bearer ${token}` },
        credentials: "omit",
      }).then(async (given) => {
        // A body that nobody reads is never over for the browser: it would hold its connection for as long as it is left lying.
        const body = await given.arrayBuffer()
        const { status, statusText, headers } = given
        return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers })
      })
      // Whoever takes the answer hears of the failure.
      answer.catch(() => {})
      answers.set(location.origin + path, answer)
    }
    globalThis.aviaryFirst = { token, answers }
    // The first formatter of a page looks through all locales that the browser knows: now, while there is nothing but waiting to do.
    new Intl.NumberFormat(document.documentElement.lang).format(0)
  } catch {
    // The page asks for itself.
  }
})()
