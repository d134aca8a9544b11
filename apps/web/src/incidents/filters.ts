import { IncidentStatus, Priority, ServiceId } from "@innkeeper/oncall/api"
import { Option, Schema } from "effect"

/** Which incidents the list shows, as it stands in the address. Without `status`: those that are not resolved. */
export interface IncidentFilters {
  readonly status?: IncidentStatus | "all"
  readonly priority?: Priority
  readonly service?: ServiceId
  readonly text?: string
}

const statusOf = Schema.decodeUnknownOption(Schema.Union([IncidentStatus, Schema.Literal("all")]))
const priorityOf = Schema.decodeUnknownOption(Priority)
const serviceOf = Schema.decodeUnknownOption(ServiceId)
// A number alone arrives as one: the router reads search values as JSON.
const textOf = Schema.decodeUnknownOption(Schema.Union([Schema.String, Schema.Finite]))

/** Reads the filters of an address. What it does not know it leaves out, so that an old link still shows a list. */
export const incidentFilters = (search: Record<string, unknown>): IncidentFilters => {
  const status = Option.getOrUndefined(statusOf(search["status"]))
  const priority = Option.getOrUndefined(priorityOf(search["priority"]))
  const service = Option.getOrUndefined(serviceOf(search["service"]))
  const text = Option.getOrElse(textOf(search["text"]), () => "").toString().slice(0, 200)
  return {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(service === undefined ? {} : { service }),
    ...(text === "" ? {} : { text })
  }
}

const open: ReadonlyArray<IncidentStatus> = ["triggered", "acknowledged"]

/** The query of the API's list for these filters. */
export const listQuery = ({ priority, service, status, text }: IncidentFilters) => ({
  ...(status === "all" ? {} : { status: status === undefined ? open : [status] }),
  ...(priority === undefined ? {} : { priority: [priority] }),
  ...(service === undefined ? {} : { serviceId: service }),
  ...(text === undefined ? {} : { text }),
  limit: 50
})
