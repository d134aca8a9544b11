/** Contracts and schemas of the platform, safe for a browser. */
export {
  type Access,
  AccessRule,
  AdminToken,
  IntegrationKey,
  needs,
  NeedsFeature,
  Public,
  Role,
  Scope,
  scopesOf,
  SignedIn,
  SignedLink
} from "./access/Access.ts"
export { Authorization, CurrentPrincipal, Principal } from "./access/Authorization.ts"
export { Instant } from "./access/Instant.ts"
export { Outages } from "./access/Outages.ts"
export { Page, pageQuery } from "./access/Page.ts"
export {
  Conflict,
  Forbidden,
  NotFound,
  PayloadTooLarge,
  problemType,
  TooManyRequests,
  Unauthorized,
  Unavailable,
  Unprocessable
} from "./access/Problems.ts"
export { EmailAddress, Name, noNullCharacter, Text } from "./access/Text.ts"
export { ApiKey, ApiKeyApi, ApiKeyId, NewApiKey } from "./apikey/ApiKeyApi.ts"
export { AuditApi, AuditEntry } from "./audit/AuditApi.ts"
export { AdminActor, CurrentAdmin } from "./console/AdminActor.ts"
export { AdminAuditApi } from "./console/AdminAuditApi.ts"
export { AdminAuditEntry } from "./console/AdminAuditEntry.ts"
export { AdminMe, AdminSessionApi } from "./console/AdminSessionApi.ts"
export { ClusterApi } from "./console/ClusterApi.ts"
export { ConsoleApi } from "./console/ConsoleApi.ts"
export { ConsumerApi } from "./console/ConsumerApi.ts"
export { DeadLetterApi } from "./console/DeadLetterApi.ts"
export { JobApi } from "./console/JobApi.ts"
export { PlatformScheduleApi } from "./console/PlatformScheduleApi.ts"
export { WorkflowRunApi } from "./console/WorkflowRunApi.ts"
export { Me, OrganisationNeeded, SessionApi } from "./identity/SessionApi.ts"
export { shownAddress } from "./identity/shownAddress.ts"
export { Actor, ContactMethod, ContactMethodId, User, UserId } from "./identity/User.ts"
export {
  CreatedContactMethod,
  NewContactMethod,
  NewUser,
  PasswordChange,
  UserApi,
  UserChange
} from "./identity/UserApi.ts"
export { configIssues } from "./lifecycle/configIssues.ts"
export { LifecycleApi } from "./lifecycle/LifecycleApi.ts"
export { changeCounts, isTold, isUnderWay, lineText } from "./lifecycle/operationWords.ts"
export {
  ManagedTenant,
  OperationId,
  OperationKind,
  OperationLine,
  OperationRequest,
  OperationStatus,
  TenantOperation,
  TenantPlan,
  TenantState
} from "./lifecycle/TenantOperation.ts"
export { CaughtMail, MailboxApi } from "./mail/MailboxApi.ts"
export { PlatformApi } from "./PlatformApi.ts"
export { Team, TeamId, TeamInput } from "./team/Team.ts"
export { TeamApi } from "./team/TeamApi.ts"
export { AdminAuthorization } from "./tenant/AdminAuthorization.ts"
export {
  TenantApi,
  TenantConfigChange,
  TenantDetail,
  TenantImport,
  TenantImportResult,
  TenantSummary
} from "./tenant/TenantApi.ts"
export { TenantChange } from "./tenant/TenantImport.ts"
export { notServed, TenantNotServed } from "./tenant/TenantNotServed.ts"
export {
  WebhookApi,
  WebhookDeliveryApi,
  WebhookEndpointWithSecret,
  WebhookEvent,
  WebhookEventApi
} from "./webhook/WebhookApi.ts"
export {
  DeadBecause,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryId,
  WebhookDeliveryState
} from "./webhook/WebhookDelivery.ts"
export { DisabledBecause, WebhookEndpoint, WebhookEndpointId, WebhookEndpointInput } from "./webhook/WebhookEndpoint.ts"
