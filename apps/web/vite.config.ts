import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

/** Where `vite` finds the API while the UI is worked on; the built UI is served by the API's own origin. */
const server = "http://127.0.0.1:3000"

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    // Inlined assets would be `data:` URLs, which the Content-Security-Policy does not list.
    assetsInlineLimit: 0,
    // Our packages only declare: a module whose exports are unused can go.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /\/packages\/[^/]+\/src\//, sideEffects: false }] } }
  },
  server: {
    proxy: {
      "/api": server,
      "/in/": server,
      "/docs": server,
      "/rpc": { target: server, ws: true }
    }
  }
})
