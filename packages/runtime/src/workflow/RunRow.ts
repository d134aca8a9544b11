/**
 * How the cluster's tables tell of a run, as conditions that its indexes have, too. `message` and `reply` are what the
 * tables are called in the statement, with a dot.
 */
export const runMessage = (message: string) =>
  `${message}tag = 'run' AND ${message}entity_type LIKE 'Workflow/%' AND ${message}entity_type <> 'Workflow/-/DurableClock'`

/** The run, or one of its activities, waits. */
export const suspendedReply = (reply: string) => `${reply}payload LIKE '{"_tag":"Success","value":{"_tag":"Suspended"%'`

/** The run, or one of its activities, ended with a failure, a defect or an interruption. */
export const failedReply = (reply: string) =>
  `(${reply}payload LIKE '{"_tag":"Success","value":{"_tag":"Complete","exit":{"_tag":"Failure"%'` +
  ` OR ${reply}payload LIKE '{"_tag":"Failure"%')`

/** The run was cancelled: it ended with nothing but interruptions. */
export const cancelledReply = (reply: string) =>
  `${reply}payload LIKE '{"_tag":"Success","value":{"_tag":"Complete","exit":{"_tag":"Failure","cause":[{"_tag":"Interrupt"%'`

export const succeededReply = (reply: string) =>
  `${reply}payload LIKE '{"_tag":"Success","value":{"_tag":"Complete","exit":{"_tag":"Success"%'`

/** Words of a run's input, by which it is found. Parts of three letters would cost each new run twice as much. */
export const runWords = (message: string) =>
  `to_tsvector('simple', regexp_replace(lower(left(${message}payload, 8000)), '[^a-z0-9]+', ' ', 'g'))`
