export { decodeTenantConfig, TenantConfigError } from "./decodeTenantConfig.ts"
export { environment, fewestConnections } from "./Environment.ts"
export { environmentDocument } from "./EnvironmentDocument.ts"
export { EnvironmentError, loadEnvironment } from "./loadEnvironment.ts"
export { ProvisionEvent, ProvisionRequest, ResourceChange, ServiceState } from "./ProvisionerProtocol.ts"
export {
  AdminConfig,
  ClusterConfig,
  DatabaseConfig,
  HttpConfig,
  LimitsConfig,
  MailConfig,
  MoveConfig,
  ProvisionerConfig,
  RedisConfig,
  SecurityConfig,
  ServerConfig,
  TelemetryConfig,
  TenantsConfig
} from "./ServerConfig.ts"
export {
  Dedicated,
  defaultQuotas,
  DisplayName,
  Domain,
  Feature,
  Isolated,
  isTimeZoneName,
  MailIdentity,
  OwnQuotas,
  Pooled,
  SharedQuotas,
  TenantConfig,
  Tier,
  TimeZoneName
} from "./TenantConfig.ts"
export { TenantId, TenantSlug } from "./TenantId.ts"
export { Uuid } from "./Uuid.ts"
