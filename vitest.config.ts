import { enableCompileCache } from "node:module"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

// For the tests' processes and all that they start: they load the same code again and again.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.compile-cache")
enableCompileCache(process.env["NODE_COMPILE_CACHE"])

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "apps/*/src/**/*.test.{ts,tsx}",
            "infrastructure/src/**/*.test.ts",
            "tools/*.test.ts"
          ],
          exclude: ["**/*.browser.test.ts", "**/*.e2e.test.ts", "**/*.breaking.test.ts"],
          globalSetup: ["packages/testkit/src/globalSetup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2
        }
      },
      {
        test: {
          name: "e2e",
          include: ["apps/server/src/**/*.e2e.test.ts", "apps/server/src/**/*.browser.test.ts"],
          globalSetup: ["packages/testkit/src/globalSetup.ts", "apps/server/src/browser/globalSetup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each file has a server, a database and ports of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 }
        }
      },
      {
        test: {
          name: "breaking",
          include: ["packages/*/src/**/*.breaking.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // After the others: they would slow each other down.
          sequence: { groupOrder: 2 }
        }
      }
    ]
  }
})
