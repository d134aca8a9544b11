/**
 * How Pulumi's Kubernetes provider waits for a Job: so many seconds instead of ten minutes; and one that has failed is made
 * anew by the next update, instead of being waited for again.
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
 */
export const awaited = (seconds: number) => ({
  "pulumi.com/timeoutSeconds": `${seconds}`,
  "pulumi.com/replaceUnready": "true"
})
