import { Schema } from "effect"

/** PostgreSQL's `text` and `jsonb` cannot hold U+0000, so it is refused where it enters. */
export const noNullCharacter = Schema.makeFilter<string>(
  (text) => !text.includes("\u0000") || "a text without null characters"
)

/** `jsonb` cannot hold half of a surrogate pair, such as a cut emoji. */
const wellFormed = Schema.makeFilter<string>((text) => text.isWellFormed() || "well-formed Unicode")

/** Free text of at most `max` UTF-16 code units, in any script. */
export const Text = (max: number) => Schema.String.check(Schema.isMaxLength(max), noNullCharacter, wellFormed)

/** A label that people see and refer to: 1 to 120 characters, no line breaks, no blank ends. */
export const Name = Schema.Trimmed.check(
  Schema.isMinLength(1),
  Schema.isMaxLength(120),
  Schema.makeFilter<string>((text) => !/\p{Cc}/u.test(text) || "a name without line breaks or control characters"),
  wellFormed
)

/** An email address as mailbox providers accept it; at most 254 characters (RFC 5321). */
export const EmailAddress = Schema.String.check(
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}]+\.[^\s@<>()[\]\\,;:"\p{Cc}]+$/u, {
    expected: "an email address such as ada@example.com"
  }),
  wellFormed
)
