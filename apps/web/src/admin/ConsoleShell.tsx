import type { AdminMe } from "@innkeeper/platform/api"
import { useQueryClient } from "@tanstack/react-query"
import { Link, Outlet, useLocation } from "@tanstack/react-router"
import { LogOut, WifiOff } from "lucide-react"
import { useEffect, useRef } from "react"
import { Logo } from "../shell/Logo.tsx"
import { ThemeSwitch } from "../shell/ThemeSwitch.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Time } from "../ui/Time.tsx"
import { consolePages } from "./consolePages.ts"
import { useAdminAction } from "./useAdmin.ts"

const item = "control flex shrink-0 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium whitespace-nowrap "
  + "text-muted hover:bg-hover hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent "
  + "focus-visible:-outline-offset-2"

/** The frame of the console's pages. `isStale` says that the server did not answer the last time it was asked. */
export function ConsoleShell({ me, isStale }: { readonly me: AdminMe; readonly isStale: boolean }) {
  const queries = useQueryClient()
  const signOut = useAdminAction(() => (api) => api.adminSession.signOut(), {
    onDone: () => void queries.resetQueries({ queryKey: ["admin"] })
  })
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    // On a phone the pages stand in a row that is wider than the window.
    nav.current?.querySelector("[data-status=active]")?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }, [pathname])
  return (
    <>
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div className="flex min-h-dvh flex-col lg:flex-row">
        <div className="sticky top-0 z-20 flex shrink-0 flex-col border-b border-line bg-surface lg:h-dvh lg:w-56 lg:overflow-y-auto lg:border-r lg:border-b-0 lg:p-3">
          <div className="flex items-center gap-2 px-4 pt-1 lg:px-2.5 lg:pb-3">
            <div className="flex min-w-0 flex-1 items-baseline gap-2 lg:block">
              <Logo />
              <p className="truncate text-xs text-muted lg:mt-1">Console of the platform</p>
            </div>
            <div className="flex lg:hidden">
              <Tools busy={signOut.isPending} onSignOut={() => signOut.mutate(undefined)} />
            </div>
          </div>
          <nav
            ref={nav}
            aria-label="Pages of the console"
            className="flex gap-0.5 overflow-x-auto px-2 pb-1 lg:flex-col lg:overflow-x-visible lg:px-0"
          >
            {consolePages.map(({ Icon, label, to }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === "/admin" }} className={item}>
                <Icon aria-hidden className="size-4.5 shrink-0" />
                {label}
              </Link>
            ))}
          </nav>
          <div className="mt-auto hidden gap-2 pt-4 lg:grid">
            <p className="px-2.5 text-xs text-muted">
              Version {me.version}
              {me.expiresAt !== null && (
                <>
                  , signed in until <Time at={me.expiresAt} absolute />
                </>
              )}
            </p>
            <div className="flex">
              <Tools busy={signOut.isPending} onSignOut={() => signOut.mutate(undefined)} />
            </div>
          </div>
        </div>
        <div className="flex min-w-0 flex-1 flex-col">
          {isStale && (
            <p role="status" className="flex items-center gap-2 bg-high-soft px-4 py-2 text-sm text-high">
              <WifiOff aria-hidden className="size-4 shrink-0" />
              The server does not answer. What you see may be old.
            </p>
          )}
          <main id="main" tabIndex={-1} className="min-w-0 flex-1 focus:outline-none">
            <Outlet />
          </main>
        </div>
      </div>
    </>
  )
}

function Tools({ busy, onSignOut }: { readonly busy: boolean; readonly onSignOut: () => void }) {
  return (
    <>
      <ThemeSwitch />
      <IconButton label="Sign out of the console" disabled={busy} onClick={onSignOut}>
        <LogOut aria-hidden />
      </IconButton>
    </>
  )
}
