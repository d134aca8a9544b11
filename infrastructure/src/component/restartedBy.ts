import * as pulumi from "@pulumi/pulumi"
import { createHmac } from "node:crypto"
import type { Manifest } from "../plan/Plan.ts"
import { isWorkload } from "../plan/secretsRead.ts"

/** Stands for the texts. Who does not have the key learns nothing of them, so it may be read by everybody. */
const digestOf = (key: pulumi.Output<string>, texts: ReadonlyArray<pulumi.Output<string>>): pulumi.Output<string> =>
  pulumi.unsecret(
    pulumi.all([key, pulumi.all([...texts])]).apply(([key, texts]) =>
      createHmac("sha256", key).update(JSON.stringify(texts)).digest("hex")
    )
  )

/**
 * The workload with a digest of the secrets that its pods read, as an annotation of theirs: when a secret changes, Kubernetes
 * starts other pods, which know the new one.
 */
export const restartedBy = (
  manifest: Manifest,
  key: pulumi.Output<string>,
  secrets: ReadonlyArray<pulumi.Output<string>>
): pulumi.Inputs => {
  if (!isWorkload(manifest)) return { ...manifest }
  const { metadata, spec } = manifest.spec?.template ?? {}
  const annotations = { ...metadata?.annotations, "innkeeper/secrets": digestOf(key, secrets) }
  return {
    ...manifest,
    spec: { ...manifest.spec, template: { spec, metadata: { ...metadata, annotations } } }
  }
}
