# The shop as one small image: `docker build -t comptoir .`. It runs web by default; `node dist/worker.js` and
# `node dist/cli/migrate.js` are the other two roles (compose.yaml starts all three).
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
COPY prisma prisma
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY src src
# `prepare` builds dist/.
RUN npm ci

FROM node:22-bookworm-slim
ENV NODE_ENV=production
# What is freed goes back to the system: docs/performance.md, "The web process".
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=65536
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
# Without PostgreSQL's binaries: DATABASE_URL says where one is.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY --from=build /app/dist dist
COPY prisma prisma
COPY prompts prompts
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The web is small at all times (docs/adr/0017-a-small-web.md); other roles name their own command.
CMD ["node", "--optimize-for-size", "dist/server.js"]
