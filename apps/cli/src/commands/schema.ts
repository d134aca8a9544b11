import { Console } from "effect"
import { Command } from "effect/cli"
import { setupSchema } from "../setupSchema.ts"

export const schema = Command.make("schema", {}, () => Console.log(setupSchema())).pipe(
  Command.withDescription("Print the JSON Schema of set-up documents, for editors")
)
