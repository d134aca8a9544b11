import { deployCluster } from "../../component/deployCluster.ts"
import { readInput, requiredVariable } from "../variables.ts"

const settings = requiredVariable("INNKEEPER_CLUSTER", "the file with the settings of the cluster's own programs")
const environment = requiredVariable("INNKEEPER_ENVIRONMENT", "the file that describes the cluster")

deployCluster(readInput(settings), readInput(environment))
