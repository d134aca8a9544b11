import { Layer } from "effect"
import { ExpireAcknowledgementLive } from "./escalation/AcknowledgementWorkflow.ts"
import { ArrivalConsumerLive } from "./escalation/ArrivalConsumer.ts"
import { EscalationConsumerLive } from "./escalation/EscalationConsumer.ts"
import { EscalationStepsLive } from "./escalation/EscalationSteps.ts"
import { Pager } from "./escalation/Pager.ts"
import { ResumptionConsumerLive } from "./escalation/ResumptionConsumer.ts"
import { SelfAudit, SelfAuditCron } from "./escalation/SelfAudit.ts"
import { IncidentRetentionLive } from "./incident/IncidentRetention.ts"
import { Channels } from "./notification/Channels.ts"
import { Deliveries } from "./notification/Deliveries.ts"
import { NotifierLive } from "./notification/NotifierEntity.ts"

/** What on-call does in the cluster: escalation, delivery of pages, the self-audit. */
export const oncallWorkers = (options: { readonly publicUrl: string }) =>
  Layer.mergeAll(
    EscalationStepsLive,
    ExpireAcknowledgementLive,
    EscalationConsumerLive,
    ResumptionConsumerLive,
    ArrivalConsumerLive,
    IncidentRetentionLive,
    SelfAuditCron.pipe(Layer.provide(SelfAudit.layer(options))),
    NotifierLive.pipe(Layer.provide(Deliveries.layer), Layer.provide(Channels.layer(options)))
  ).pipe(Layer.provide(Pager.layer))
