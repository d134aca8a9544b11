import type { Dedicated, Isolated } from "@innkeeper/config"
import type { Sizing } from "../Sizing.ts"

/** What a backing is made from. */
export interface BackingInput {
  readonly config: Isolated | Dedicated
  readonly namespace: string
  readonly named: (role: string) => string
  readonly labels: Readonly<Record<string, string>>
  readonly sizing: Sizing
}
