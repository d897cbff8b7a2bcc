// What runs inside the page, before anything of it: it watches a first visit from the start of the navigation, and scrolls. In plain
// JavaScript, since the benchmarks' own types know no browser.

const seen = { layoutShift: 0 }
globalThis.bench = { seen, scroll }

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.layoutShift += entry.value
}).observe({ type: "layout-shift", buffered: true })

/** A key that moves to a post is pressed once there is one, until it has moved there. Times are from the start of the navigation. */
function look() {
  const post = document.querySelector("[role=feed] article")
  if (post && post.getBoundingClientRect().top < innerHeight) {
    seen.postsMs ??= performance.now()
    if (document.activeElement?.closest("article")) {
      seen.interactiveMs = performance.now()
      return
    }
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }))
  }
  requestAnimationFrame(look)
}
requestAnimationFrame(look)

const FRAME_MS = 1_000 / 60
/** px: a late frame makes up for the way that it missed, but never by more than a flick would. */
const MOST_AT_ONCE = 400

/** Scrolls at so many px a second until so many posts have been in the page or so many seconds have passed. */
async function scroll({ posts, speed, seconds }) {
  const found = new Set()
  const shiftBefore = seen.layoutShift
  let frames = 0
  let dropped = 0
  const began = performance.now()
  for (let last = began; ;) {
    const now = await new Promise(requestAnimationFrame)
    const late = Math.max(0, Math.round((now - last) / FRAME_MS) - 1)
    frames += 1 + late
    dropped += late
    for (const post of document.querySelectorAll("[data-index] [data-post]"))
      found.add(post.getAttribute("data-post"))
    if ((posts > 0 && found.size >= posts) || now - began > seconds * 1_000) break
    scrollBy(0, Math.min(((now - last) / 1_000) * speed, MOST_AT_ONCE))
    last = now
  }
  return { posts: found.size, frames, dropped, layoutShift: seen.layoutShift - shiftBefore }
}
