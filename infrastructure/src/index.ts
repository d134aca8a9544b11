export type { Plan } from "./plan/Plan.ts"
export { decodePlanEnvironment, PlanEnvironment } from "./plan/PlanEnvironment.ts"
export { PlanRefused } from "./plan/PlanRefused.ts"
export { planTenant } from "./plan/planTenant.ts"
