import { redactByName } from "@innkeeper/runtime"
import { Option, Schema } from "effect"

const Text = Schema.fromJsonString(Schema.Json)
const decode = Schema.decodeUnknownOption(Text)
const encode = Schema.encodeSync(Text)

/** JSON text without the values of fields whose names say that they are secret. What is no JSON is not shown at all. */
export const redactJsonText = (text: string): string =>
  Option.match(decode(text), { onNone: () => encode(null), onSome: (value) => encode(redactByName(value)) })
