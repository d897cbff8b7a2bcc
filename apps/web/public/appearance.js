// Runs before anything is painted, as a file of its own, since the page's policy allows no script inside the document. Applies the
// chosen appearance, so that a dark room is not lit for a moment, and hides what the server rendered for readers without scripts,
// unless the client does not start. It must never fail: storage may be closed to it.
;(() => {
  const PATIENCE_MS = 10_000
  const root = document.documentElement
  try {
    const chosen = JSON.parse(localStorage.getItem("aviary:appearance") || "{}")
    if (chosen.theme === "light" || chosen.theme === "dark") {
      root.dataset.theme = chosen.theme
      // The ground of the page until the style sheet is there, and the browser's own bars.
      root.style.colorScheme = chosen.theme
      for (const bar of document.querySelectorAll('meta[name="theme-color"]'))
        bar.media = bar.dataset.theme === chosen.theme ? "all" : "not all"
    }
    if (chosen.textSize === "small" || chosen.textSize === "large" || chosen.textSize === "larger")
      root.dataset.textSize = chosen.textSize
    if (chosen.motion === "reduced") root.dataset.motion = "reduced"
  } catch {
    // The system's appearance stands.
  }
  root.dataset.client = "starting"
  setTimeout(() => {
    if (root.dataset.client !== "starting") return
    delete root.dataset.client
    const styles = document.querySelector('meta[name="served-styles"]')?.content
    if (!styles) return
    const link = document.createElement("link")
    link.rel = "stylesheet"
    link.href = styles
    document.head.append(link)
  }, PATIENCE_MS)
})()
