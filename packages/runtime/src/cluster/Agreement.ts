import { Effect, Layer, Schema } from "effect"
import { agreeOn, replaceSettings } from "./AgreementStore.ts"
import { silentSeconds } from "./PodLive.ts"
import { clusterSettings } from "./Settings.ts"

/** This program shares the work by other settings than the pods that run, or than the database was begun with. */
export class ClusterSettingsDiffer extends Schema.TaggedError<ClusterSettingsDiffer>()("ClusterSettingsDiffer", {
  setting: Schema.String,
  ours: Schema.String,
  theirs: Schema.String
}) {
  override get message() {
    const differs = `This version shares work with ${this.setting} ${this.ours}, the cluster with ${this.theirs}`
    return this.setting === permanent
      ? `${differs}, which decides where each entity lives and can never change: start a version that has ${this.theirs}.`
      : `${differs}: stop all pods of the other version first, then start this one.`
  }
}

const permanent = "shardsPerGroup"

/** The name of the first setting in which two pods differ. */
const difference = (ours: Readonly<Record<string, unknown>>, theirs: Readonly<Record<string, unknown>>) => {
  const names = [permanent, ...Object.keys({ ...theirs, ...ours })]
  return names.find((name) => ours[name] !== theirs[name])
}

/**
 * Fails unless this pod judges the others as they judge it: each takes a pod for dead by its own settings. Pods of another
 * version that have stopped are no hindrance.
 */
export const agreement = (settings: Readonly<Record<string, number | boolean>>) =>
  Layer.effectDiscard(
    Effect.gen(function*() {
      const { alone, settings: agreed } = yield* agreeOn(settings, silentSeconds)
      const setting = difference(settings, agreed)
      if (setting === undefined) return
      if (setting === permanent || !alone) {
        return yield* new ClusterSettingsDiffer({
          setting,
          ours: String(settings[setting] ?? "unset"),
          theirs: String(agreed[setting] ?? "unset")
        })
      }
      yield* replaceSettings(settings)
    }).pipe(Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die }))
  )

export const AgreementLive = agreement(clusterSettings)
