import type { ReactNode } from "react"
import { Logo } from "../shell/Logo.tsx"
import { useTitle } from "../ui/useTitle.ts"

/** The frame of a page that stands alone, before anybody is signed in. */
export function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title)
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-4 py-10">
      <Logo />
      <div className="grid gap-4 rounded-xl border border-line bg-surface p-5 sm:p-6">
        <h1 className="text-xl font-semibold text-balance">{title}</h1>
        {children}
      </div>
    </main>
  )
}
