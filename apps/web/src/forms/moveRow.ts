import { flushSync } from "react-dom"

/**
 * Moves a row of a form up (-1) or down (1) by a button of it, and takes the focus along: who presses again moves the same row on.
 * The first two buttons of a row are those that move it, and rows are keyed by their places.
 */
export const moveRow = (button: HTMLElement, by: -1 | 1, move: (by: -1 | 1) => void) => {
  const row = button.closest("li, fieldset")
  const place = by < 0 ? row?.previousElementSibling : row?.nextElementSibling
  flushSync(() => move(by))
  if (row == null || place?.tagName !== row.tagName) return
  const [up, down] = place.querySelectorAll("button")
  const [same, other] = by < 0 ? [up, down] : [down, up]
  if (same?.disabled === true) other?.focus()
  else same?.focus()
}
