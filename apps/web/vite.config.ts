// How the web client is built: from source, with no network, into dist/. `AVIARY_ORIGIN` is the Aviary that the development
// server hands API requests to.

import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"
import { catalogue } from "./scripts/vite/catalogue.ts"
import { firstChunk } from "./scripts/vite/first-chunk.ts"

const origin = process.env.AVIARY_ORIGIN ?? "http://127.0.0.1:3000"
const ofTheServer = ["/api", "/oauth", "/auth", "/media", "/.well-known", "/nodeinfo"]
const first = firstChunk()

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss(), catalogue(), first.plugin],
  resolve: {
    alias: {
      // Radix's modal parts lock the page with a <style> element of their own making, which the security policy forbids.
      "react-remove-scroll": fileURLToPath(new URL("src/ui/scroll-lock.tsx", import.meta.url)),
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox125", "safari17.5"],
    cssTarget: ["chrome123", "firefox125", "safari17.5"],
    // Inlined files would be data: URLs, which cannot be cached by themselves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What changes with our dependencies only stays with browsers over many versions of ours.
            {
              name: "libraries",
              test: (id) => id.includes("/node_modules/") && !id.includes("/lucide-react/") && first.has(id),
              priority: 3,
            },
            { name: "first", test: (id) => first.has(id), priority: 2 },
            // One file of icons instead of one for each.
            { name: "icons", test: /node_modules\/lucide-react\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(ofTheServer.map((path) => [path, { target: origin, ws: path === "/api" }])),
  },
})
