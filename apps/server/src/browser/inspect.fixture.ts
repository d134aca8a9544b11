/** What is wrong with a page, whatever it shows. Tests only. */
import { AxeBuilder } from "@axe-core/playwright"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { see, seeNoMore, step } from "./page.fixture.ts"

type Rules = { type: "rule" | "tag"; values: Array<string> }

const all: Rules = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"] }

/** Those of them that look at colours, in which alone the two themes differ. */
const ofColours: Rules = { type: "rule", values: ["color-contrast", "link-in-text-block"] }

/** Waits until the page has read what it shows. */
export const settled = Effect.fnUntraced(function*(page: Page) {
  // What lies under a dialog is hidden from everybody who does not see.
  yield* see(page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first())
  yield* step(page.waitForLoadState("networkidle"))
  yield* seeNoMore(page.getByRole("status", { name: "Loading" }).first())
})

/** Breaches of WCAG 2.2, levels A and AA, as far as a program can tell. */
const inaccessible = Effect.fnUntraced(function*(page: Page, runOnly: Rules) {
  const axe = new AxeBuilder({ page }).options({ runOnly, resultTypes: ["violations"] })
  // Its other mode opens a page of its own each time, to bring together what it found in frames.
  const { violations } = yield* step(axe.setLegacyMode(page.frames().length === 1).analyze())
  return violations.flatMap(({ help, nodes }) =>
    nodes.map(({ failureSummary, html }) => `${help}: ${html.slice(0, 300)} ${failureSummary}`)
  )
})

/**
 * Elements that reach beyond the right edge of the screen, where nothing lets one scroll to them. A phone's `innerWidth` says
 * nothing of it: it grows with what the page shows.
 */
const overflowing = (page: Page) =>
  step(page.evaluate((width) => {
    const isContained = (element: Element): boolean => {
      const parent = element.parentElement
      if (parent === null) return false
      const { overflowX, textOverflow } = getComputedStyle(parent)
      return overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis" || isContained(parent)
    }
    const reachesBeyond = (element: Element) => element.getBoundingClientRect().right > width + 1
    return [...document.body.querySelectorAll(":not(svg *)")]
      .filter((element) => reachesBeyond(element) && !isContained(element))
      // Of what is nested, the inner ones: they push the others.
      .filter((element) => ![...element.children].some(reachesBeyond))
      .map((element) => `reaches beyond the screen: ${element.outerHTML.slice(0, 300)}`)
  }, page.viewportSize()?.width ?? 0))

/** Elements whose text is wider than they are, so that it lies upon what is beside them. */
const spilling = (page: Page) =>
  step(page.evaluate(() =>
    [...document.body.querySelectorAll("*")]
      .filter((element) => {
        const { clip, overflowX } = getComputedStyle(element)
        const hasText = [...element.childNodes].some(({ nodeType, textContent }) =>
          nodeType === Node.TEXT_NODE && textContent?.trim() !== ""
        )
        return hasText && overflowX === "visible" && clip === "auto" && element.clientWidth > 0
          && element.scrollWidth > element.clientWidth + 1
      })
      .map((element) => `spills its text: ${element.outerHTML.slice(0, 300)}`)
  ))

/** What does not fit on the page as it stands. */
export const misfits = Effect.fnUntraced(function*(page: Page) {
  yield* settled(page)
  return [...yield* overflowing(page), ...yield* spilling(page)]
})

/** Everything that is wrong with the page as it stands, light and dark. */
export const faultsOf = Effect.fnUntraced(function*(page: Page) {
  yield* settled(page)
  const faults = [...yield* inaccessible(page, all), ...yield* overflowing(page)]
  yield* step(page.emulateMedia({ colorScheme: "dark" }))
  faults.push(...(yield* inaccessible(page, ofColours)).map((fault) => `dark: ${fault}`))
  yield* step(page.emulateMedia({ colorScheme: "light" }))
  return faults
})

const ofPages = (inspect: (page: Page) => Effect.Effect<ReadonlyArray<string>>) =>
  Effect.fnUntraced(function*(page: Page, addresses: ReadonlyArray<string>) {
    const faults: Array<string> = []
    for (const address of addresses) {
      yield* step(page.goto(address))
      faults.push(...(yield* inspect(page)).map((fault) => `${address}: ${fault}`))
    }
    return faults
  })

/** What is wrong with each of these pages, by their address. */
export const faultsOfPages = ofPages(faultsOf)

/** What does not fit on each of these pages, by their address. */
export const misfitsOfPages = ofPages(misfits)
