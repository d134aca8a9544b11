import { Schema } from "effect"

/** Another Innkeeper runs on the folder; two would page twice. */
export class DataFolderInUse extends Schema.TaggedError<DataFolderInUse>()("DataFolderInUse", {
  folder: Schema.String
}) {
  override get message() {
    return `Another Innkeeper is running on ${this.folder}: stop it, or set INNKEEPER_DATA to another folder.`
  }
}

/** The folder, or what is in it, belongs to somebody else. */
export class DataFolderDenied extends Schema.TaggedError<DataFolderDenied>()("DataFolderDenied", {
  folder: Schema.String
}) {
  override get message() {
    return `Innkeeper may not write to ${this.folder}: give it to the user that starts Innkeeper, or set INNKEEPER_DATA to another folder.`
  }
}

/** PostgreSQL cannot run here; `reason` is a sentence, what it printed included. */
export class EmbeddedPostgresUnavailable
  extends Schema.TaggedError<EmbeddedPostgresUnavailable>()("EmbeddedPostgresUnavailable", { reason: Schema.String })
{
  override get message() {
    return `${this.reason} To use a PostgreSQL of your own, set DATABASE_URL.`
  }
}
