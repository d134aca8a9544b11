import { join } from "node:path"
import manifest from "../../../package.json" with { type: "json" }

/** The folder that holds the program: its demonstration data and the built web UI. */
export const programFolder = join(import.meta.dirname, "../../..")

/** The version of this program. */
export const version = manifest.version
