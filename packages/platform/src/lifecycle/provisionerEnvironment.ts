import { ConfigProvider, Effect } from "effect"

/** The variables that a provisioner may need. It gets no other: the server's secrets are none of its business. */
const names = [
  "PATH",
  "HOME",
  "TMPDIR",
  "LANG",
  "HTTPS_PROXY",
  "NO_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "NODE_COMPILE_CACHE",
  "KUBECONFIG",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_PROFILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CA_BUNDLE",
  "AWS_ENDPOINT_URL_S3",
  "PULUMI_HOME",
  "PULUMI_BACKEND_URL",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_SECRETS_PROVIDER"
]

/** Those of them that this process has. */
export const provisionerEnvironment = Effect.gen(function*() {
  const provider = yield* ConfigProvider.ConfigProvider
  const found = yield* Effect.forEach(
    names,
    (name) =>
      Effect.map(Effect.orDie(provider.load([name])), (node) => node?.value === undefined ? [] : [[name, node.value]])
  )
  return Object.fromEntries(found.flat()) as Readonly<Record<string, string>>
})
