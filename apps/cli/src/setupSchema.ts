import { SetupDocument } from "@innkeeper/oncall/api"
import { Schema } from "effect"

/** The JSON Schema of set-up documents, for editors: draft 2020-12, as text. */
export const setupSchema = (): string => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(SetupDocument, { onExcessProperty: "error" })
  return JSON.stringify(
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Innkeeper set-up document",
      ...schema,
      $defs: definitions
    },
    null,
    2
  )
}
