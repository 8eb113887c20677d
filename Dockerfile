# The runner's image. `npm run build` first: it makes build/cli. Then, for example:
#   docker build --tag ghcr.io/cellwright/runner:$(npm pkg get version | tr -d '"') .
#
# BASE has Node.js 22.19 or later at /nodejs/bin/node, as the distroless images have. It needs nothing else: no shell, no npm.
ARG BASE=gcr.io/distroless/nodejs24-debian13:nonroot
# OPA has the real opa, of the version that the cells run (opa/find-opa.ts), at /opa: it judges the Rego of bundles.
ARG OPA=docker.io/openpolicyagent/opa:1.21.1-static
FROM ${OPA} AS opa
FROM ${BASE}

LABEL org.opencontainers.image.title="Cellwright runner" \
      org.opencontainers.image.description="Watches TenantGateways and makes the cluster equal to what they ask for." \
      org.opencontainers.image.licenses="Apache-2.0"

# The layout of the package: the command finds its data relative to itself.
WORKDIR /app
COPY package.json ./
COPY policy ./policy
COPY guard ./guard
COPY constructs/cell/config-schema/data ./constructs/cell/config-schema/data
COPY build/cli ./build/cli
COPY --from=opa /opa /usr/local/bin/opa
ENV OPA_BIN=/usr/local/bin/opa

# Nothing is written to the image's file system: it runs with a read-only root.
ENV NODE_DISABLE_COMPILE_CACHE=1
# By number: Kubernetes cannot tell that a name is not root.
USER 65532:65532
EXPOSE 8080 8443
ENTRYPOINT ["/nodejs/bin/node", "/app/build/cli/cellwright.js"]
CMD ["runner"]
