import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Channel on which a commit with timers tells when they are due, in milliseconds of Unix time. */
export const channel = "innkeeper_timer"

/** Tells of every message that is stored for later. */
export const timerNotice = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE FUNCTION cluster_timer_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('innkeeper_timer', NEW.deliver_at::text);
      RETURN NULL;
    END $$`
  yield* sql`
    CREATE TRIGGER timer_notice AFTER INSERT ON cluster_messages
    FOR EACH ROW WHEN (NEW.deliver_at IS NOT NULL) EXECUTE FUNCTION cluster_timer_notice()`
})

/** When the first message that waits is due, of those due after `millis`, in milliseconds of Unix time. */
export const firstDue = Effect.fnUntraced(function*(millis: number) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly at: number | null }>`
    SELECT min(deliver_at)::float8 AS at FROM cluster_messages WHERE NOT processed AND deliver_at > ${millis}`
  return row?.at ?? Infinity
})
