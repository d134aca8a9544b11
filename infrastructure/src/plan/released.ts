import type { CloudResource, Plan } from "./Plan.ts"

/**
 * The plan with nothing protected but the backups, so that everything else can be deleted by the engine and the cloud. A
 * database leaves no snapshot behind, which nothing would ever delete: what stays of a tenant is its backups.
 */
export const released = (plan: Plan): Plan => ({
  ...plan,
  objects: plan.objects.map((object) => ({ ...object, protect: false })),
  cloud: plan.cloud.map((resource) => resource.keep === true ? resource : { ...letGo(resource), protect: false })
})

const letGo = (resource: CloudResource): CloudResource => {
  if (resource.type !== "aws:rds/instance:Instance") return resource
  const { finalSnapshotIdentifier: _, ...inputs } = resource.inputs
  return { ...resource, inputs: { ...inputs, deletionProtection: false, skipFinalSnapshot: true } }
}
