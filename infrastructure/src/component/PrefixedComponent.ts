import * as pulumi from "@pulumi/pulumi"

/**
 * A component whose children's logical names all begin with its own, at every depth: a child that does not is refused
 * when it is made. So no two components of a stack, and no two stacks of a cluster, meet in a name.
 */
export abstract class PrefixedComponent extends pulumi.ComponentResource {
  constructor(type: string, name: string, options: pulumi.ComponentResourceOptions = {}) {
    super(type, name, {}, {
      ...options,
      transformations: [...options.transformations ?? [], ({ name: child, type: childType }) => {
        if (child !== name && !child.startsWith(`${name}-`)) {
          throw new pulumi.RunError(
            `The name ${child} of a ${childType} has to begin with ${name}-, as all names of ${name} do`
          )
        }
        return undefined
      }]
    })
  }
}
