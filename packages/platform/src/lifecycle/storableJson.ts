/**
 * JSON text that PostgreSQL keeps as `jsonb`: without the character 0 and halves of surrogate pairs, which a program that is
 * not ours may send.
 */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value).replace(/\\u0000|\\ud[89a-f][\da-f]{2}/gi, "\\ufffd")
