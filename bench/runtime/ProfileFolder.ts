import { Context } from "effect"

/** Where each side writes a CPU profile when it ends, for Chrome's or VS Code's viewer; none by default. */
export const ProfileFolder = Context.Reference<string | undefined>("bench/runtime/ProfileFolder", {
  defaultValue: () => undefined
})
