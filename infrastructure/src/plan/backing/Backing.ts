import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1"
import type { CloudResource, KubernetesObject, Password, SecretText } from "../Plan.ts"

/** A server that a tenant's pods speak to. */
export interface Endpoint {
  readonly port: number
  /** Where it is, as a network policy says it. */
  readonly peers: ReadonlyArray<INetworkPolicyPeer>
}

/** PostgreSQL, with the login that the database job works with. */
export interface DatabaseEndpoint extends Endpoint {
  readonly host: SecretText
  readonly administrator: { readonly user: SecretText; readonly password: SecretText }
  /** Whether it speaks TLS with a certificate of the bundle. */
  readonly tls: boolean
}

/** What a tenant stands on: its own or shared, in the cluster or in the cloud. */
export interface Backing {
  readonly database: DatabaseEndpoint
  readonly cache: Endpoint & { readonly url: SecretText }
  /** Where backups go. `undefined` peers are the public addresses of the cloud. */
  readonly backup: {
    readonly endpoint: string
    readonly region: string
    readonly bucket: SecretText
    /** How the pod that writes them shows who it is: by keys of the configuration, or by its service account's role. */
    readonly identity: { readonly by: "keys" } | { readonly by: "role"; readonly account: string }
    readonly pods: { readonly peers: ReadonlyArray<INetworkPolicyPeer>; readonly port: number } | undefined
  }
  readonly objects: ReadonlyArray<KubernetesObject>
  readonly cloud: ReadonlyArray<CloudResource>
  readonly passwords: ReadonlyArray<Password>
  /** Logical names of what must be there before the database job. */
  readonly ready: ReadonlyArray<string>
}
