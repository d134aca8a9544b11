import { Layer } from "effect"
import { LifecycleRoutes } from "../lifecycle/LifecycleRoutes.ts"
import { AdminAuditRoutes } from "./AdminAuditRoutes.ts"
import { ClusterRoutes } from "./ClusterRoutes.ts"
import { ConsumerRoutes } from "./ConsumerRoutes.ts"
import { DeadLetterRoutes } from "./DeadLetterRoutes.ts"
import { JobRoutes } from "./JobRoutes.ts"
import { PlatformScheduleRoutes } from "./PlatformScheduleRoutes.ts"
import { WorkflowRunRoutes } from "./WorkflowRunRoutes.ts"

/** Handlers of the whole `ConsoleApi`. */
export const ConsoleRoutes = Layer.mergeAll(
  ClusterRoutes,
  ConsumerRoutes,
  DeadLetterRoutes,
  JobRoutes,
  PlatformScheduleRoutes,
  WorkflowRunRoutes,
  LifecycleRoutes,
  AdminAuditRoutes
)
