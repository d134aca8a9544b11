import { containersOf, isRelease, listAt, podsOf, type ResourceRule, textAt } from "../Checked.ts"

const pinned = /(?::v?\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/
const version = /^v?\d+\.\d+\.\d+(?:[-+].+)?$/

const imagesOf = (containers: ReadonlyArray<unknown>) => containers.map((container) => textAt(container, "image"))

export const pins: ResourceRule = {
  name: "pins",
  description: "Images have a version of at least two numbers or a digest, charts a whole version.",
  problems: (resource) => [
    ...imagesOf([...containersOf(resource), ...listAt(podsOf(resource), "ephemeralContainers")])
      .filter((image) => !pinned.test(image))
      .map((image) => `The image ${image} has to have a version or digest.`),
    ...(isRelease(resource) && !version.test(textAt(resource.props, "version"))
      ? ["The chart has to have a version."]
      : [])
  ]
}

/** A name without a tag means `latest`, but a digest decides whatever stands before it. */
const isLatest = (image: string) => {
  if (image.includes("@sha256:")) return false
  const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1]
  return tag === undefined || tag.startsWith("latest")
}

export const noLatest: ResourceRule = {
  name: "no-latest",
  description: "No image is whatever is newest.",
  problems: (resource) =>
    imagesOf(containersOf(resource)).filter(isLatest).map((image) => `The image ${image} is whatever is newest.`)
}
