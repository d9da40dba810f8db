# One static file on nothing: `docker build -t deploylint .`, then
# `docker run --rm --network none --read-only -v "$PWD:/src:ro" deploylint check`.
FROM rust:1.95-alpine3.22 AS build
ARG COMMIT=""
# A C compiler and its headers, for tree-sitter.
# hadolint ignore=DL3018
RUN apk add --no-cache build-base
WORKDIR /deploylint
COPY . .
ENV DEPLOYLINT_BUILD_COMMIT=$COMMIT
RUN cargo build --locked --profile dist && mkdir -p /root-of-image/tmp && chmod 1777 /root-of-image/tmp \
  && cp target/dist/deploylint /root-of-image/

FROM scratch
COPY --from=build /root-of-image/ /
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/deploylint"]
CMD ["check"]
