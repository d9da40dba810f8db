//! Smokescreen built from its own source: whether it refuses clients without a TLS certificate.
//!
//! Facts, read in v0.0.4: the stock `main.go` takes a client's role from its TLS certificate and refuses requests without
//! one, unless `allow_missing_role: true` stands in the YAML given by `--config-file`
//! (`pkg/smokescreen/config_loader.go:33`); there is no flag for it.

use super::build::{Build, smokescreen_flags};
use crate::expand::Deployment;
use crate::model::Model;
use crate::model::fact::{FactId, Field};
use crate::text::Text;
use crate::yaml::Node;

pub(super) fn build(model: &mut Model<'_>, service: FactId, node: &Node, build: &Build<'_>) {
    let Some(fetched) = build.smokescreen() else { return };
    let (config, tls) = smokescreen_flags(node);
    let wants = if build.own_main() || tls {
        Some(false)
    } else {
        config.map_or(Some(true), |file| allows_missing_role(model.deployment, node, &file).map(|allows| !allows))
    };
    let why = "what `--config-file` says is not among the audited files";
    let field = Field { value: super::read::tri(wants, why), place: Some(fetched.span.into()) };
    model.facts.set(service, "wants_client_certificate", field);
}

/// Whether the configuration mounted at `file` lets clients without a role in; `None` where it is not found.
fn allows_missing_role(deployment: &Deployment, node: &Node, file: &Text) -> Option<bool> {
    let file = file.known()?;
    let volumes = node.get("volumes").and_then(Node::seq).unwrap_or(&[]);
    let mount = volumes.iter().find_map(|v| {
        let rest = file.strip_prefix(v.get("target")?.known()?)?;
        Some(format!("{}{rest}", v.get("source")?.text()?.value()))
    })?;
    let name = mount.rsplit('/').next()?;
    let ends = |path: &str| {
        let bare = [".j2", ".jinja", ".jinja2"].iter().find_map(|s| path.strip_suffix(s)).unwrap_or(path);
        bare.rsplit('/').next() == Some(name)
    };
    let document = deployment
        .documents
        .iter()
        .find(|d| !d.nodes().is_empty() && (ends(&d.path) || d.deployed.as_ref().is_some_and(|t| ends(t.value()))))?;
    let root = document.nodes().first()?;
    super::read::truth(root.get("allow_missing_role"), false)
}
