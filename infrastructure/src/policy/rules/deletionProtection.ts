import { at, kindOf, type ResourceRule } from "../Checked.ts"

const kinds = ["Namespace", "PersistentVolumeClaim", "StatefulSet"]
const types = ["aws:rds/instance:Instance", "aws:s3/bucket:Bucket"]

export const deletionProtection: ResourceRule = {
  name: "deletion-protection",
  description:
    "What holds data is not deleted by a mistake: neither by the engine nor, where it can refuse, by the cloud.",
  problems: (resource) => {
    const { props, protect, type } = resource
    const holdsData = kinds.includes(kindOf(resource)) || types.includes(type)
    return [
      ...(holdsData && !protect ? ["It holds data and has to be protected."] : []),
      ...(type === "aws:rds/instance:Instance" && at(props, "deletionProtection") !== true
        ? ["deletionProtection has to be true."]
        : []),
      ...(type === "aws:s3/bucket:Bucket" && at(props, "forceDestroy") === true
        ? ["forceDestroy has to be false."]
        : [])
    ]
  }
}
