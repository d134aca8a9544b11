export { runWithClock, tick } from "./clock.ts"
export { makeTenant } from "./makeTenant.ts"
export { TestDatabase } from "./TestDatabase.ts"
