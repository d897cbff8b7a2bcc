// Starts the client in the page that the server sent. What the server had rendered there is replaced by the living page.

import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { prepareHome } from "./features/home/latest-home.ts"
import { LanguageProvider } from "./intl/language-provider.tsx"
import { chooseLocale } from "./intl/locales.ts"
import { laterWords, openWords } from "./intl/words.ts"
import { appearance } from "./preferences/appearance.ts"
import { reloadOnMissingCode } from "./pwa/missing-code.ts"
import { serviceWorkerClient } from "./pwa/service-worker-client.ts"
import { whenAtRest } from "./pwa/when-at-rest.ts"
import { createClientRouter } from "./router.tsx"
import { ClientProvider } from "./session/client-context.tsx"
import { createClient } from "./session/client.ts"
import "./ui/styles.css"

const container = document.getElementById("root")
if (!container) throw new Error("The page has no #root to render into")

reloadOnMissingCode({
  events: window,
  storage: sessionStorage,
  now: Date.now,
  reload: () => location.reload(),
})

const client = createClient()
const router = createClientRouter(client)
client.session.subscribe(() => void router.invalidate())
whenAtRest(client.queries, () => {
  serviceWorkerClient.start()
  // The next page asks again, if they cannot be had now.
  laterWords().catch(() => {})
})

const locale = chooseLocale([appearance.get().language, ...navigator.languages])
const showsHome = location.pathname === "/" && client.session.state().kind === "signed-in"
const [messages] = await Promise.all([openWords(locale), showsHome ? prepareHome(client) : undefined])

document.documentElement.dataset.client = "running"
createRoot(container).render(
  <StrictMode>
    <LanguageProvider locale={locale} messages={messages}>
      <QueryClientProvider client={client.queries}>
        <ClientProvider client={client}>
          <RouterProvider router={router} />
        </ClientProvider>
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
)
