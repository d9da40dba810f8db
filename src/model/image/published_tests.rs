//! Which names a repository publishes images under.

use super::{matches, names, repositories};

#[test]
fn what_is_tagged_and_pushed_is_published() {
    let workflow = "
env:
  REGISTRY: ghcr.io
  PREFIX: ${{ github.repository_owner }}/desk
jobs:
  build:
    services:
      db: {image: 'postgres:latest'}
    steps:
      - uses: docker/metadata-action@v5
        with:
          images: |
            ${{ env.REGISTRY }}/${{ env.PREFIX }}-${{ matrix.service }}
            example/desk
      - run: docker run --rm aquasec/trivy:latest image example/desk
      - uses: docker/build-push-action@v6
        with: {push: true}
";
    assert_eq!(names(workflow), ["ghcr.io/*/desk-*", "example/desk"]);
    let makefile = "IMAGE ?= example/desk\nrelease:\n\tdocker build -t $(IMAGE):$(TAG) .\n\tdocker push ${IMAGE}\n";
    assert_eq!(names(makefile), ["example/desk", "example/desk"]);
}

#[test]
fn a_name_counts_with_its_registry_and_a_known_part() {
    assert!(matches("ghcr.io/*/desk-*", "ghcr.io/anna/desk-gateway"));
    assert!(matches("example/desk", "registry.test:5000/example/desk"));
    for (pattern, name) in [
        ("ghcr.io/*/*", "ghcr.io/other/app"),
        ("example/desk", "other/desk"),
        ("example/desk", "example/desk/worker"),
        ("desk", "example/desk"),
        ("ghcr.io/*/desk-*", "ghcr.io/anna/lamp-gateway"),
    ] {
        assert!(!matches(pattern, name), "{pattern} {name}");
    }
}

#[test]
fn a_repository_is_read_off_its_address() {
    let text = "git clone https://github.com/Anna/Desk.git && curl https://raw.githubusercontent.com/anna/lamp/main/x";
    assert_eq!(repositories(text), ["anna/desk", "anna/lamp"]);
}

#[test]
fn a_long_value_is_not_repeated() {
    let value = "x".repeat(100_000);
    let text =
        format!("A = {value}\nB = $(C)$(C)$(C)$(C)\nC = $(B)$(B)$(B)$(B)\ndocker push me/{}\n", "$(A)$(B)".repeat(120));
    let longest = super::names(&text).iter().map(String::len).max().unwrap_or(0);
    assert!(longest < 1_000_000, "{longest}");
}
