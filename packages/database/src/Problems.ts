import { Schema } from "effect"

/** PostgreSQL at the address of the variable gave no session, or not the rights; `reason` is what it or the network said. */
export class DatabaseUnreachable extends Schema.TaggedError<DatabaseUnreachable>()("DatabaseUnreachable", {
  variable: Schema.Literals(["DATABASE_URL", "DATABASE_OWNER_URL"]),
  reason: Schema.String
}) {
  override get message() {
    return `Innkeeper cannot use the PostgreSQL of ${this.variable}: ${this.reason}.`
  }
}

/** The app's login could see or do what row-level security is to prevent, or nothing at all. */
export class DatabaseLoginRefused extends Schema.TaggedError<DatabaseLoginRefused>()("DatabaseLoginRefused", {
  login: Schema.String,
  /** A clause: what is wrong with the login. */
  reason: Schema.String
}) {
  override get message() {
    return `The login "${this.login}" of DATABASE_URL ${this.reason}: give one made by CREATE ROLE … LOGIN PASSWORD … and GRANT innkeeper_app TO …, and let DATABASE_OWNER_URL be the owner's.`
  }
}

/** The schema lacks migrations of this version, and there is no owner's login to run them with. */
export class SchemaOutdated extends Schema.TaggedError<SchemaOutdated>()("SchemaOutdated", {
  missing: Schema.Array(Schema.String)
}) {
  override get message() {
    return `The database lacks ${this.missing.length} migrations (the first is ${
      this.missing[0]
    }): start once with DATABASE_OWNER_URL set to the owner's login.`
  }
}
