import { Link } from "@tanstack/react-router"
import { type SetUpStep, setUpSteps } from "./setUp.ts"

/** Says in a form that there is nothing to choose from, and leads to where one is created. */
export function NoneYet({ what }: { readonly what: SetUpStep }) {
  const { link, page } = setUpSteps[what]
  return (
    <>
      There is no {what} yet. <Link {...link} className="text-accent underline">Create one under {page}</Link>.
    </>
  )
}
