// Pulumi loads a pack by `require`, with a compiler of its own for TypeScript that does not take modules.
import { servePack } from "../servePack.ts"

servePack()
