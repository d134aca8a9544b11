/** Most bytes of a payload or a result, as JSON in UTF-8. */
export const largestPayload = 1024 * 1024
