-- Run once after pg_restore and before Innkeeper starts, as a superuser or as the owner of the tables. A restored server counts
-- its transactions anew, and events are ordered by the transaction that wrote them: without this, consumers would pass over
-- every new event. What a consumer had still to handle stays; a few events may be handled twice, which handlers can bear.
BEGIN;
-- Row-level security that is forced hides the rows from their owner too.
ALTER TABLE outbox_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE dead_letter NO FORCE ROW LEVEL SECURITY;
UPDATE event_consumer consumer SET transaction = '3', position = coalesce(
  (SELECT min(event.position) - 1 FROM outbox_event event
    WHERE (event.transaction, event.position) > (consumer.transaction, consumer.position)
      AND event.type = ANY (consumer.types)),
  (SELECT max(position) FROM outbox_event),
  0
);
UPDATE outbox_event SET transaction = '3';
UPDATE dead_letter SET transaction = '3';
DELETE FROM cluster_locks;
DELETE FROM cluster_runners;
ALTER TABLE outbox_event FORCE ROW LEVEL SECURITY;
ALTER TABLE dead_letter FORCE ROW LEVEL SECURITY;
COMMIT;
