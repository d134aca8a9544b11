import { Instant, type UserId } from "@innkeeper/platform/api"
import { Link } from "@tanstack/react-router"
import { type DateTime, Option, Schema } from "effect"
import { Phone } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { useMay } from "../api/useMe.ts"
import { Filtered } from "../forms/Filtered.tsx"
import { MomentInput } from "../forms/MomentInput.tsx"
import { useSearchState } from "../forms/useSearchState.ts"
import { useZone } from "../forms/useZone.ts"
import { momentText, zoneText } from "../lanes/momentText.ts"
import { turnName } from "../lanes/turnWords.ts"
import { useIsDeactivated, useNameOf } from "../people/usePeople.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Field } from "../ui/Field.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { useNow } from "../ui/useNow.ts"
import { coverageOf } from "./coverage.ts"
import { useOnCall, usePolicies, useServicesOnCall } from "./queries.ts"
import { ServiceCover } from "./ServiceCover.tsx"

/** `at` is an instant in ISO 8601; left out, it is now. */
const Search = Schema.Struct({ at: Schema.optionalKey(Schema.String) })
const decodeInstant = Schema.decodeUnknownOption(Instant)

/** Who would be paged for each service, now or at any other moment. */
export function WhoIsOnCall() {
  const zone = useZone()
  const now = useNow()
  const [search, setSearch] = useSearchState<{ readonly at?: string | undefined }>(Search, {})
  const asked = Option.getOrNull(decodeInstant(search.at))
  const at = asked ?? now
  return (
    <Page>
      <PageHeader
        title="On-call"
        actions={
          <form className="flex flex-wrap items-end gap-2" onSubmit={(event) => event.preventDefault()}>
            <Field label="At">
              <MomentInput value={at} zone={zone} onChange={(at) => setSearch({ at })} />
            </Field>
            <Button disabled={asked === null} onClick={() => setSearch({ at: undefined })}>Now</Button>
          </form>
        }
      >
        {asked === null ? "Now" : momentText(at, zone, now)} · times in {zoneText(at, zone)}
      </PageHeader>
      {/* Whoever has it at another moment stands in for nobody. */}
      <Covers key={asked === null ? "now" : asked.epochMilliseconds} asked={asked} />
    </Page>
  )
}

/** Who stands behind each service at the moment that is asked for; now, when it is null. */
function Covers({ asked }: { readonly asked: DateTime.Utc | null }) {
  const zone = useZone()
  const now = useNow()
  const services = useServicesOnCall(asked, now)
  const schedules = useOnCall(asked, now)
  const policies = usePolicies()
  const names = { nameOf: useNameOf(), isDeactivated: useIsDeactivated() }
  const nameOf = (userId: UserId) => turnName({ userId }, names)
  const mayConfigure = useMay("oncall:write")
  return (
    <Loaded query={services}>
      {(services) =>
        services.length === 0
          ? (
            <EmptyState
              title="No service pages anybody yet"
              icon={<Phone />}
              action={mayConfigure && <Link to="/services" className={buttonClasses("primary")}>Create a service</Link>}
            >
              A service says which team owns it and whom to page when it breaks.
            </EmptyState>
          )
          : (
            <Loaded query={schedules}>
              {(schedules) => (
                <Loaded query={policies}>
                  {(policies) => (
                    <Filtered
                      items={services}
                      words={({ levels, policyName, serviceName }) => [
                        serviceName,
                        policyName,
                        ...levels.flatMap(({ users }) => users.map(({ name }) => name))
                      ]}
                      what="services"
                    >
                      {(services) => (
                        <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
                          {services.map((service) => {
                            const policy = policies.find(({ id }) => id === service.policyId)
                            return (
                              <ServiceCover
                                key={service.serviceId}
                                levels={coverageOf(service, policy, schedules)}
                                {...{ service, policy, zone, now, nameOf }}
                              />
                            )
                          })}
                        </ul>
                      )}
                    </Filtered>
                  )}
                </Loaded>
              )}
            </Loaded>
          )}
    </Loaded>
  )
}
