import { readFileSync } from "node:fs"
import { join } from "node:path"

/** The folder that holds the program: its demonstration data and the built web UI. */
export const programFolder = join(import.meta.dirname, "../../..")

const manifest: { readonly version: string } = JSON.parse(readFileSync(join(programFolder, "package.json"), "utf8"))

/** The version of this program. */
export const version = manifest.version
