import { Link, type LinkProps } from "@tanstack/react-router"
import { ArrowLeft } from "lucide-react"
import { buttonClasses } from "../ui/Button.tsx"

/** The way from one thing's page to the page of all of them. */
export function BackLink({ children, to }: Required<Pick<LinkProps, "to">> & { readonly children: string }) {
  return (
    <Link to={to} className={`${buttonClasses("quiet")} mb-2 -ml-3`}>
      <ArrowLeft aria-hidden className="size-4" />
      {children}
    </Link>
  )
}
