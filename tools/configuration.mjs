/** Writes docs/configuration.md from the environment contract. Run with Node 24: it imports TypeScript. */
import { writeFileSync } from "node:fs"
import { environmentDocument } from "../packages/config/src/EnvironmentDocument.ts"

writeFileSync(new URL("../docs/configuration.md", import.meta.url), environmentDocument())
