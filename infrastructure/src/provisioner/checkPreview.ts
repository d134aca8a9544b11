import { Effect } from "effect"
import { settingsOf } from "../component/stackSettings.ts"
import { openPack } from "../policy/openPack.ts"
import { previewTenant } from "../preview/previewTenant.ts"
import { ProvisionFailed } from "./ProvisionFailed.ts"
import type { Work } from "./Work.ts"
import { writeTenant } from "./writeTenant.ts"

type PolicyPack = typeof openPack

/**
 * Runs the tenant's real program against the engine's part that a preview needs, and the policy pack on what it registers.
 * Fails with a sentence for each thing that the pack forbids. It needs no CLI, no state and no credentials.
 */
export const checkPreview = Effect.fnUntraced(
  function*({ options, plan, request }: Work, environment: string, pack: PolicyPack = openPack) {
    const tenants = yield* writeTenant(request, plan)
    const { resources } = yield* previewTenant(plan, { environment, tenants }, settingsOf(options)).pipe(
      Effect.mapError(({ complaints }) => new ProvisionFailed({ problems: complaints, refused: true }))
    )
    const { violationsIn } = yield* pack
    const [first, ...others] = (yield* violationsIn(resources)).map(({ problem, rule, urn }) =>
      `${rule} ${urn.split("::").at(-1)}: ${problem}`
    )
    if (first !== undefined) return yield* new ProvisionFailed({ problems: [first, ...others], refused: true })
  },
  Effect.catchTag("PackFailed", ({ message }) => new ProvisionFailed({ problems: [message], refused: false })),
  Effect.scoped
)
