import type { BackingInput } from "../backing/BackingInput.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import type { CloudResource } from "../Plan.ts"
import type { Cloud } from "../PlanEnvironment.ts"

/** IAM takes 64 characters; a slug and an environment may have more together. */
const roleName = ({ name }: Cloud, { config }: BackingInput) => `innkeeper-${digest(`${name}/${config.slug}/backup`)}`

/** The account of the pod that writes backups, apart from that of the servers, which may not. */
export const backupAccount = (environment: Cloud, input: BackingInput) => {
  const { labels, named, namespace } = input
  const name = named("backup-account")
  return [
    kubernetesObject(name, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name,
        namespace,
        labels,
        annotations: {
          "eks.amazonaws.com/role-arn": `arn:aws:iam::${environment.account}:role/${roleName(environment, input)}`
        }
      },
      // EKS adds a token that AWS alone takes.
      automountServiceAccountToken: false
    }, { dependsOn: [named("backup-rights")] })
  ]
}

/** A role that this tenant's backup alone can take, and that can do nothing but write and prune this tenant's bucket. */
export const backupRole = (environment: Cloud, input: BackingInput): ReadonlyArray<CloudResource> => {
  const { labels, named, namespace } = input
  const { account, identityIssuer, kmsKey } = environment
  const role = named("backup-role")
  const bucket = { from: "resource", name: named("backups"), output: "bucket" } as const
  const ofBucket = JSON.stringify(["s3:ListBucket", "s3:GetBucketLocation"])
  const ofObjects = JSON.stringify(["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"])
  const ofKey = JSON.stringify({ Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: kmsKey })
  return [
    {
      name: role,
      type: "aws:iam/role:Role",
      inputs: {
        name: roleName(environment, input),
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${identityIssuer}` },
            Condition: {
              StringEquals: {
                [`${identityIssuer}:aud`]: "sts.amazonaws.com",
                [`${identityIssuer}:sub`]: `system:serviceaccount:${namespace}:${named("backup-account")}`
              }
            }
          }]
        }),
        tags: labels
      },
      references: {},
      dependsOn: [],
      protect: false
    },
    {
      name: named("backup-rights"),
      type: "aws:iam/rolePolicy:RolePolicy",
      inputs: {},
      references: {
        role: [{ from: "resource", name: role, output: "name" }],
        policy: [
          `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":${ofBucket},"Resource":"arn:aws:s3:::`,
          bucket,
          `"},{"Effect":"Allow","Action":${ofObjects},"Resource":"arn:aws:s3:::`,
          bucket,
          `/*"},${ofKey}]}`
        ]
      },
      dependsOn: [],
      protect: false
    }
  ]
}
