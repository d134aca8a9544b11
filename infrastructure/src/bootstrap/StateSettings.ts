import { Effect, Schema } from "effect"
import { problemsAt } from "../plan/PlanEnvironment.ts"
import { PlanRefused } from "../plan/PlanRefused.ts"

const Bucket = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, { expected: "3 to 63 lower-case letters, digits and hyphens" })
)
const Name = Schema.String.check(Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,39}$/, { expected: "a lower-case name" }))

const common = {
  bucket: Bucket,
  region: Name,
  environment: Name,
  costCentre: Name
}

/** S3, and a key of KMS for the secrets of all stacks. */
export class AwsState extends Schema.Class<AwsState>("infrastructure/AwsState")({
  store: Schema.tag("aws"),
  ...common,
  /** Name of the key, without `alias/`. */
  keyAlias: Name
}) {}

/** A bucket of Garage. It has no keys, so a passphrase encrypts the secrets: `PULUMI_CONFIG_PASSPHRASE`. */
export class GarageState extends Schema.Class<GarageState>("infrastructure/GarageState")({
  store: Schema.tag("garage"),
  ...common,
  endpoint: Schema.String.check(
    Schema.isPattern(/^https:\/\/[a-z0-9.-]+(?::\d+)?$/, { expected: "an https:// address" })
  )
}) {}

/** Where the state of all stacks is kept. */
export const StateSettings = Schema.Union([AwsState, GarageState])
export type StateSettings = typeof StateSettings.Type

/** Decodes the settings; what is wrong or missing is named by its path below `state`. */
export const decodeStateSettings = (input: unknown) =>
  Schema.decodeUnknownEffect(StateSettings)(input, { errors: "all", onExcessProperty: "error" }).pipe(
    Effect.mapError(({ issue }) => new PlanRefused({ problems: problemsAt("state", issue) }))
  )

/** Where Pulumi finds the state: the argument of `pulumi login`. */
export const backendUrl = (settings: StateSettings): string => {
  const query = new URLSearchParams({ region: settings.region })
  if (settings.store === "garage") {
    query.set("endpoint", settings.endpoint)
    query.set("s3ForcePathStyle", "true")
  }
  return `s3://${settings.bucket}?${query.toString()}`
}

/** What encrypts the secrets of a stack: the argument of `--secrets-provider`. */
export const secretsProvider = (settings: StateSettings): string =>
  settings.store === "aws" ? `awskms://alias/${settings.keyAlias}?region=${settings.region}` : "passphrase"

/** Settings of the AWS provider that makes the bucket. */
export const providerConfig = (settings: StateSettings): Readonly<Record<string, string>> => ({
  "aws:region": settings.region,
  ...(settings.store === "garage" && {
    "aws:endpoints": JSON.stringify([{ s3: settings.endpoint }]),
    "aws:s3UsePathStyle": "true",
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
    "aws:skipRegionValidation": "true",
    "aws:skipRequestingAccountId": "true"
  })
})
