export { deployTenant } from "./component/deployTenant.ts"
