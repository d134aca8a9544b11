import type { Scope } from "@innkeeper/platform/api"
import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { useMay } from "../api/useMe.ts"
import { Filtered } from "../forms/Filtered.tsx"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"

/**
 * A page of the catalogue: a list with a button that creates what it lists, for those who may configure. While there is
 * nothing, the button stands with the words that say why to press it.
 */
export function CataloguePage<A>(
  { title, about, scope = "oncall:write", query, create, empty, words, isOver, list, children }: {
    readonly title: string
    readonly about: ReactNode
    /** What one needs to create. */
    readonly scope?: Scope
    readonly query: UseQueryResult<ReadonlyArray<A>, unknown>
    readonly create: { readonly label: string; readonly icon: ReactNode; readonly onClick: () => void }
    readonly empty: { readonly title: string; readonly icon: ReactNode; readonly text: string }
    /** What an item is called, in all ways, to find it by. */
    readonly words: (item: A) => ReadonlyArray<string | undefined>
    /** Whether an item is of no use any more; those come last. */
    readonly isOver?: (item: A) => boolean
    readonly list: (items: ReadonlyArray<A>) => ReactNode
    /** Dialogs that are open. */
    readonly children: ReactNode
  }
) {
  const may = useMay(scope)
  const button = may && (
    <Button tone="primary" icon={create.icon} onClick={create.onClick}>
      {create.label}
    </Button>
  )
  return (
    <Page>
      <PageHeader title={title} actions={query.data?.length !== 0 && button}>{about}</PageHeader>
      <Loaded query={query}>
        {(items) =>
          items.length === 0
            ? <EmptyState title={empty.title} icon={empty.icon} action={button}>{empty.text}</EmptyState>
            : <Filtered items={items} words={words} isOver={isOver} what={title.toLowerCase()}>{list}</Filtered>}
      </Loaded>
      {children}
    </Page>
  )
}
