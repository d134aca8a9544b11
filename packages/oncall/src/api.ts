/** Contracts, schemas and pure rules of on-call, safe for a browser. */
export { Alert, AlertId, DedupKey, InboundAlert, Priority } from "./alert/Alert.ts"
export {
  EscalationPlan,
  EscalationPolicy,
  EscalationPolicyId,
  EscalationPolicyInput,
  EscalationStep,
  Target
} from "./escalation/EscalationPolicy.ts"
export { EscalationPolicyApi } from "./escalation/EscalationPolicyApi.ts"
export {
  Assignment,
  EscalationState,
  Incident,
  IncidentId,
  IncidentStatus,
  NewIncident,
  Note,
  TimelineEntry,
  TimelineKind
} from "./incident/Incident.ts"
export { IncidentApi } from "./incident/IncidentApi.ts"
export {
  Integration,
  IntegrationId,
  IntegrationInput,
  IntegrationKey,
  IntegrationKind
} from "./integration/Integration.ts"
export { IntegrationApi } from "./integration/IntegrationApi.ts"
export { OpsgenieApi } from "./integration/OpsgenieApi.ts"
export { ReceiverApi } from "./integration/ReceiverApi.ts"
export { LinkApi, LinkPreview, LinkRefused } from "./notification/LinkApi.ts"
export { Attempt, Notification, NotificationId } from "./notification/Notification.ts"
export { OncallApi } from "./OncallApi.ts"

export {
  Layer,
  LocalDateTime,
  Override,
  Rotation,
  Schedule,
  ScheduleInput,
  Shift,
  TimeZone
} from "./schedule/Schedule.ts"
export { Calendar, OnCall, ScheduleApi } from "./schedule/ScheduleApi.ts"
export { OverrideId, ScheduleId } from "./schedule/ScheduleId.ts"
export { ServiceOnCall, WhoIsOnCallApi } from "./schedule/WhoIsOnCallApi.ts"
export { RoutingKey, Service, ServiceId, ServiceInput } from "./service/Service.ts"
export { ServiceApi } from "./service/ServiceApi.ts"
export { SetupApi } from "./setup/SetupApi.ts"
export { SetupChange, SetupDocument, SetupResult } from "./setup/SetupDocument.ts"
