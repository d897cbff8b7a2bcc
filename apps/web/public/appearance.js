// Applies the chosen appearance before anything is painted, so that a dark room is not lit for a moment. A file of its own,
// since the page's security policy allows no script inside the document. It must never fail: storage may be closed to it.
;(() => {
  try {
    const chosen = JSON.parse(localStorage.getItem("aviary:appearance") || "{}")
    const root = document.documentElement
    if (chosen.theme === "light" || chosen.theme === "dark") root.dataset.theme = chosen.theme
    if (chosen.textSize === "small" || chosen.textSize === "large" || chosen.textSize === "larger")
      root.dataset.textSize = chosen.textSize
    if (chosen.motion === "reduced") root.dataset.motion = "reduced"
  } catch {
    // The system's appearance stands.
  }
})()
