import type { Me } from "@innkeeper/platform/api"
import { useQueryClient } from "@tanstack/react-query"
import { Link, Outlet, useNavigate } from "@tanstack/react-router"
import { Ellipsis, Keyboard, LogOut, Search } from "lucide-react"
import { useEffect, useState } from "react"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { LiveProvider } from "../live/LiveProvider.tsx"
import { fetchedDialog, useFetchedAhead } from "../ui/fetched.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Kbd } from "../ui/Kbd.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { browserZone, ViewerZone } from "../ui/zone.tsx"
import { ConnectionDot, StaleNotice } from "./ConnectionDot.tsx"
import { destinationsOf, inBottomBar } from "./destinations.ts"
import { Logo } from "./Logo.tsx"
import { bottomItem, NavItem } from "./NavItem.tsx"
import { ThemeSwitch } from "./ThemeSwitch.tsx"
import { useKeys } from "./useKeys.ts"

const KeysDialog = fetchedDialog(() => import("./KeysDialog.tsx"))
const MoreDialog = fetchedDialog(() => import("./MoreDialog.tsx"))
const Palette = fetchedDialog(() => import("./Palette.tsx"))

/** The frame of every page behind the sign-in: where one can go, how the connection stands, who is signed in. */
export function Shell({ me }: { readonly me: Me }) {
  const [finding, setFinding] = useState(false)
  const [showsKeys, setShowsKeys] = useState(false)
  const [showsMore, setShowsMore] = useState(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { failed } = useToasts()
  const signOut = useAction(() => (api) => api.session.signOut(), {
    onDone: () => {
      void navigate({ to: "/sign-in" }).then(() => queries.clear())
    },
    onFailed: (error) => failed(problemText(error))
  })
  const destinations = destinationsOf(me)

  // Who presses ⌘K types on at once.
  useFetchedAhead(Palette, MoreDialog, KeysDialog)
  useKeys({ "?": () => setShowsKeys(true) })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key === "k") {
        event.preventDefault()
        setFinding((open) => !open)
      }
    }
    document.addEventListener("keydown", press)
    return () => document.removeEventListener("keydown", press)
  }, [])

  return (
    <ViewerZone value={me.user?.timeZone ?? browserZone}>
      <LiveProvider>
        <a
          href="#main"
          className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the page
        </a>
        <div className="flex min-h-dvh">
          <nav
            aria-label="Pages"
            className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col gap-0.5 overflow-y-auto border-r border-line bg-surface p-3 lg:flex"
          >
            <div className="px-2.5 pt-1 pb-3">
              <Logo />
              <p className="mt-1 truncate text-xs text-muted">{me.tenant.name}</p>
            </div>
            <button
              type="button"
              onClick={() => setFinding(true)}
              className="control mb-2 flex items-center gap-2 rounded-md border border-line px-2.5 text-sm text-muted hover:bg-hover"
            >
              <Search aria-hidden className="size-4" />
              <span className="flex-1 text-left">Find</span>
              <Kbd>⌘K</Kbd>
            </button>
            {destinations.map((destination) => <NavItem key={destination.to} destination={destination} />)}
            <div className="mt-auto grid gap-2 pt-4">
              <div className="px-2.5">
                <p className="truncate text-sm font-medium">{me.principal.name}</p>
                <ConnectionDot />
              </div>
              <div className="flex">
                <ThemeSwitch />
                <IconButton label="Show keys" onClick={() => setShowsKeys(true)}>
                  <Keyboard aria-hidden />
                </IconButton>
                <IconButton label="Sign out" disabled={signOut.isPending} onClick={() => signOut.mutate(undefined)}>
                  <LogOut aria-hidden />
                </IconButton>
              </div>
            </div>
          </nav>
          <div className="flex min-w-0 flex-1 flex-col pb-[calc(3.5rem+env(safe-area-inset-bottom))] lg:pb-0">
            <header className="sticky top-0 z-20 flex items-center gap-2 border-b border-line bg-surface px-4 py-1 lg:hidden">
              <Logo />
              <span className="min-w-0 flex-1 truncate text-xs text-muted max-sm:hidden">{me.tenant.name}</span>
              <span className="flex-1 sm:hidden" />
              <ConnectionDot compact />
              <IconButton label="Find" onClick={() => setFinding(true)}>
                <Search aria-hidden />
              </IconButton>
            </header>
            <StaleNotice />
            <main id="main" tabIndex={-1} className="min-w-0 flex-1 focus:outline-none">
              <Outlet />
            </main>
          </div>
          <nav
            aria-label="Main pages"
            className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
          >
            {destinations.slice(0, inBottomBar).map(({ Icon, label, to }) => (
              <Link key={to} to={to} className={bottomItem}>
                <Icon aria-hidden className="size-5" />
                {label}
              </Link>
            ))}
            <button type="button" className={bottomItem} onClick={() => setShowsMore(true)}>
              <Ellipsis aria-hidden className="size-5" />
              More
            </button>
          </nav>
        </div>
        {showsMore && (
          <MoreDialog
            me={me}
            destinations={destinations.slice(inBottomBar)}
            onSignOut={() => signOut.mutate(undefined)}
            onClose={() => setShowsMore(false)}
          />
        )}
        {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
        {finding && <Palette destinations={destinations} onClose={() => setFinding(false)} />}
      </LiveProvider>
    </ViewerZone>
  )
}
