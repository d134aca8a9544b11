import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync } from "node:zlib"
import { defineConfig, type Plugin } from "vite"

/** Where `vite` finds the API while the UI is worked on; the built UI is served by the API's own origin. */
const server = "http://127.0.0.1:3000"

/** Leaves a compressed copy beside each script and style, for the server to send as it is. */
const compressedCopies: Plugin = {
  name: "compressed-copies",
  apply: "build",
  writeBundle({ dir = "" }, bundle) {
    for (const [name, file] of Object.entries(bundle)) {
      const content = file.type === "chunk" ? file.code : file.source
      if (/\.(js|css)$/.test(name)) writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content))
    }
  }
}

export default defineConfig({
  plugins: [react(), tailwindcss(), compressedCopies],
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
