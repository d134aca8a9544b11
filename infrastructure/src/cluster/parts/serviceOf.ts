/** Name of the Service that a host name inside the cluster leads to: its first label. */
export const serviceOf = (host: string): string => host.split(".")[0] ?? host

/** Whether a host name is that of a Service in the namespace. */
export const isServiceIn = (host: string, namespace: string): boolean =>
  new RegExp(String.raw`^[a-z][a-z0-9-]*\.${namespace}\.svc(?:\.cluster\.local)?$`).test(host)
