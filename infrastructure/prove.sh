#!/usr/bin/env bash
# Proves provisioning on a cluster of kind, with state in a folder of its own: the cluster's programs, then a tenant, then
# that a second run changes nothing. Needs docker, kind, kubectl, pulumi, and a cluster: `kind create cluster`.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH="$PWD/node_modules/.bin:$PATH"
programs=infrastructure/src/programs
environment="$PWD/infrastructure/environments/kind"
state="$(mktemp -d)"
trap 'rm -rf "$state" $programs/cluster/Pulumi.cluster.yaml $programs/tenant/Pulumi.acme.yaml' EXIT
export INNKEEPER_ENVIRONMENT="$environment/environment.yaml"
export INNKEEPER_CLUSTER="$environment/cluster.yaml"
export INNKEEPER_TENANTS="$environment/tenants"
export PULUMI_BACKEND_URL="file://$state"
PULUMI_CONFIG_PASSPHRASE="$(openssl rand -hex 32)"
export PULUMI_CONFIG_PASSPHRASE

say() { printf '\n== %s\n' "$*"; }
random() { openssl rand -hex "$1"; }

# Stack and project, then names and values of secrets.
prepare() {
  local stack=$1 project=$2
  shift 2
  pulumi stack init "$stack" --cwd "$programs/$project" --secrets-provider passphrase
  while [ $# -gt 0 ]; do
    printf '%s' "$2" | pulumi config set --secret "$1" --cwd "$programs/$project" --stack "$stack"
    shift 2
  done
}

deploy() {
  local stack=$1 project=$2
  local common=(--non-interactive --cwd "$programs/$project" --stack "$stack" --policy-pack "$PWD/infrastructure/src/policy/pack")
  pulumi up --yes --skip-preview "${common[@]}"
  pulumi preview --expect-no-changes "${common[@]}"
}

node tools/install.mjs

say "The image of the server"
docker build --quiet --tag innkeeper.test/innkeeper/server:0.1.0 .
kind load docker-image innkeeper.test/innkeeper/server:0.1.0

database="$(random 20)" cache="$(random 20)" sealing="$(random 32)" key="GK$(random 12)" secret="$(random 32)"

say "The cluster's programs"
prepare cluster cluster databaseUser innkeeper databasePassword "$database" cachePassword "$cache" \
  backupAccessKey "$key" backupSecretKey "$secret"
deploy cluster cluster

say "A tenant"
prepare acme tenant databaseUser innkeeper databasePassword "$database" \
  cacheUrl "redis://:$cache@redis.cache.svc:6379" smtpUrl "smtps://mail.innkeeper.test" sealingSecret "$sealing" \
  backupAccessKey "$key" backupSecretKey "$secret"
deploy acme tenant

say "It answers, and its namespace is closed"
kubectl --namespace tenant-acme rollout status deployment/acme-server --timeout 5m
kubectl --namespace tenant-acme exec deployment/acme-server -- \
  node -e 'fetch("http://127.0.0.1:8080/health/ready").then((r) => process.exit(r.ok ? 0 : 1))'
kubectl --namespace default run stranger --image=curlimages/curl:8.17.0 --restart=Never --rm --attach --quiet -- \
  sh -c '! curl --silent --max-time 5 http://server.tenant-acme.svc/health/live'
say "Proven"
