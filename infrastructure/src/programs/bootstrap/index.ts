import { deployState } from "../../component/deployState.ts"
import { readInput, requiredVariable } from "../variables.ts"

deployState(readInput(requiredVariable("INNKEEPER_STATE", "the file that says where the state is kept")))
