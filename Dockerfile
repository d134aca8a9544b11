# syntax=docker/dockerfile:1
# Three stages: install and build with everything, keep what production needs, run it as nobody.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY apps/cli/package.json apps/cli/
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/
COPY bench/package.json bench/
COPY infrastructure/package.json infrastructure/
COPY packages/config/package.json packages/config/
COPY packages/database/package.json packages/database/
COPY packages/oncall/package.json packages/oncall/
COPY packages/platform/package.json packages/platform/
COPY packages/runtime/package.json packages/runtime/
COPY packages/testkit/package.json packages/testkit/
RUN npx --yes pnpm@10.34.8 install --frozen-lockfile
COPY . .
RUN cd apps/web && node node_modules/vite/bin/vite.js build --logLevel warn

FROM node:24.21.0-bookworm-slim AS production
WORKDIR /app
COPY --from=build /app/package.json /app/pnpm-lock.yaml /app/pnpm-workspace.yaml ./
COPY --from=build /app/patches patches
COPY --from=build /app/apps/server apps/server
COPY --from=build /app/apps/cli apps/cli
COPY --from=build /app/packages packages
COPY --from=build /app/demo demo
RUN find . -name node_modules -type d -prune -exec rm -rf {} + \
  && npx --yes pnpm@10.34.8 install --frozen-lockfile --prod --filter '@innkeeper/server...' --filter '@innkeeper/cli...' \
  && rm -rf packages/testkit
COPY --from=build /app/apps/web/dist apps/web/dist

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Innkeeper" org.opencontainers.image.licenses="Apache-2.0"
ENV INNKEEPER_ENV=production HOST=0.0.0.0 NODE_ENV=production
WORKDIR /app
COPY --from=production --chown=0:0 /app /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8080) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "apps/server/src/main.ts"]
