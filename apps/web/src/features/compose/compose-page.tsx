// `/compose`: where another app's "share" leads, and a link to a begun post. Opens the composer over home.

import { useNavigate, useSearch } from "@tanstack/react-router"
import { useEffect, useRef } from "react"
import { useComposer } from "../../shell/composer.tsx"

export function ComposePage() {
  const { title, text, url } = useSearch({ from: "/shell/member/compose" })
  const compose = useComposer()
  const navigate = useNavigate()
  const done = useRef(false)
  useEffect(() => {
    if (done.current) return
    done.current = true
    const words = [title, text, url].filter((part) => part !== undefined && part !== "").join("\n\n")
    compose(words === "" ? { kind: "new" } : { kind: "new", text: words })
    void navigate({ to: "/", replace: true })
  }, [compose, navigate, title, text, url])
  return null
}
