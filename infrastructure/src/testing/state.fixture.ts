import { Effect } from "effect"
import { decodeStateSettings } from "../bootstrap/StateSettings.ts"

/** Where the state is to be kept, as its file would say it. */
export const awsInput = {
  store: "aws",
  bucket: "innkeeper-state-111122223333",
  region: "eu-central-1",
  environment: "production",
  costCentre: "platform",
  keyAlias: "innkeeper-state"
}

export const garageInput = {
  store: "garage",
  bucket: "innkeeper-state",
  region: "garage",
  environment: "production",
  costCentre: "platform",
  endpoint: "https://garage.innkeeper.example"
}

const decoded = (input: unknown) => Effect.runSync(decodeStateSettings(input))

export const aws = decoded(awsInput)
export const garage = decoded(garageInput)
