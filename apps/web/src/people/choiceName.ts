import type { User } from "@innkeeper/platform/api"

/** What a person is called where one chooses who takes turns or is paged: with a word where no page reaches them. */
export const choiceName = ({ contactMethods, name }: Pick<User, "contactMethods" | "name">) =>
  contactMethods.length === 0 ? `${name} (cannot be reached)` : name
