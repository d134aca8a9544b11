import * as pulumi from "@pulumi/pulumi"
import { join } from "node:path"
import { deployTenant } from "../../component/deployTenant.ts"
import { readInput, requiredVariable } from "../variables.ts"

const folder = requiredVariable("INNKEEPER_TENANTS", "the folder with a file SLUG.yaml for each tenant")
const environment = requiredVariable("INNKEEPER_ENVIRONMENT", "the file that describes the cluster")

deployTenant(readInput(join(folder, `${pulumi.getStack()}.yaml`)), readInput(environment))
