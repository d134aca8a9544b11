import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { operate, operationFlags } from "../operate.ts"
import { calling, jsonFlag } from "../operator.ts"
import { readTenantFile } from "../readTenantFile.ts"

const fileArgument = Argument.String("file").pipe(
  Argument.withDescription("A tenant's configuration, YAML or JSON"),
  Argument.withMetavar("FILE")
)

/** A command that makes a tenant as a file states it. */
const stating = (kind: "create" | "apply") =>
  Command.make(
    kind,
    { file: fileArgument, ...operationFlags },
    Effect.fnUntraced(function*({ file, ...options }) {
      const { config, json, source } = yield* readTenantFile(file)
      const stated = { slug: config.slug, source, payload: { kind, config: json } }
      yield* calling((client) => operate(client, stated, options))
    })
  )

export const tenantsCreate = stating("create").pipe(
  Command.withDescription("Enter the tenant of a file and build it"),
  Command.withExamples([
    { command: "innkeeper tenants create demo/tenants/summit.yaml", description: "See the plan, then say yes or no" }
  ])
)

export const tenantsApply = stating("apply").pipe(
  Command.withDescription("Change a tenant's configuration, also its tier, to that of a file. Again changes nothing."),
  Command.withExamples([
    { command: "innkeeper tenants apply demo/tenants/summit.yaml --yes", description: "Change it without a question" }
  ])
)

export const tenantsPlan = Command.make(
  "plan",
  { file: fileArgument, json: jsonFlag },
  Effect.fnUntraced(function*({ file, json }) {
    const { config, json: stated, source } = yield* readTenantFile(file)
    const { slug } = config
    yield* calling(Effect.fnUntraced(function*(client) {
      const kind = yield* client.lifecycle.get({ params: { slug } }).pipe(
        Effect.map(({ possible }) => possible.includes("create") ? "create" as const : "apply" as const),
        Effect.catchTag("NotFound", () => Effect.succeed("create" as const))
      )
      yield* operate(client, { slug, source, payload: { kind, config: stated } }, {
        plan: true,
        yes: false,
        detach: false,
        json
      })
    }))
  })
).pipe(Command.withDescription("Say what create or apply would do with a file, and do nothing"))
