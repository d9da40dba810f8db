//! Facts of subjects `systemd.unit` and `systemd.secret`: service units with their drop-ins.
//!
//! `unit` reads one service with all that is laid over it; what its command lines run is `command`'s.

pub mod directive;
mod expansion;
mod form;
mod install;
mod start;
mod unit;

use super::Model;
use super::command::Commands;
use super::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use super::secret::{Worth, is_secret_name, shape, url_password, worth};
use super::subject::Subject;
use crate::syntax::unit::environment;
use crate::text::Text;
use unit::Service;

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);

/// The fields of `systemd.unit`.
pub const UNIT: Schema = Schema {
    name: "systemd.unit",
    doc: "A service unit of systemd, with its drop-ins.",
    fields: &[
        field("name", FieldKind::Str, "The file's name, without a template's ending."),
        field("path", FieldKind::Str, "The file."),
        field(
            "user_unit",
            FieldKind::Bool,
            "Whether it belongs to a user's own manager, where sandboxing and `User=` do not apply.",
        ),
        field("oneshot", FieldKind::Bool, "Whether its job ends: `Type=oneshot`."),
        field("programs", STRINGS, "The programs that it runs."),
        field(
            "engine_client",
            FieldKind::Bool,
            "Whether all that it runs are clients of a container engine: the work is done elsewhere.",
        ),
        field("uses_docker", FieldKind::Bool, "Whether it calls docker."),
        field("docker_dependency", FieldKind::Bool, "Whether it is started after docker and wants it."),
        field("after_docker", FieldKind::Bool, "Whether it is started after docker, wanted or not."),
        field(
            "docker_groups",
            STRINGS,
            "The groups among `Group=` and `SupplementaryGroups=` that control a container engine.",
        ),
        field("root", FieldKind::Bool, "Whether it runs as root: no `User=`, no `DynamicUser=`."),
        field("user", FieldKind::Str, "`User=`."),
        field(
            "drops_root",
            FieldKind::Bool,
            "Whether all that it runs is known to need root at its start and to give it up by itself: nginx, named …",
        ),
        field(
            "network",
            FieldKind::Bool,
            "Whether its command line says that it listens, on more than the host's own addresses.",
        ),
        field(
            "runs_containers",
            FieldKind::Bool,
            "Whether all that it starts runs containers or machines, or manages the whole host.",
        ),
        field(
            "missing_sandboxing",
            STRINGS,
            "Which of NoNewPrivileges, ProtectSystem, ProtectHome and PrivateTmp are not on.",
        ),
        field("sandboxing_declined", STRINGS, "Which of those the unit turns off in so many words."),
        field("hidden", STRINGS, "Paths that it needs and that `ProtectHome=` hides from it."),
        field("restart", FieldKind::Str, "`Restart=`."),
        field("type", FieldKind::Str, "`Type=`."),
        field("remains", FieldKind::Bool, "`RemainAfterExit=`."),
        field("stops", FieldKind::Str, "`ExecStop=`, which runs when the service ends too."),
        field("detaches", FieldKind::Str, "The `ExecStart=` that starts something in the background, and ends."),
        field("never_forks", FieldKind::Str, "The program that stays in the foreground under `Type=forking`."),
        field("limits", FieldKind::Bool, "Whether memory or CPU is limited."),
        field(
            "enabled",
            FieldKind::Str,
            "The argument `enabled` of the task that enables it, or `enable` of the `systemctl` that does.",
        ),
        field("installable", FieldKind::Bool, "Whether an `[Install]` section says what it is enabled for."),
        field("activated", FieldKind::Bool, "Whether a timer, a socket, another unit or a link of a task starts it."),
    ],
};

/// The fields of `systemd.secret`.
pub const SECRET: Schema = Schema {
    name: "systemd.secret",
    doc: "A secret in a directive of a unit, which every user of the host may read.",
    fields: &[
        field("unit", FieldKind::Fact(Subject::Unit), "The unit."),
        field("name", FieldKind::Str, "The variable, or what its shape says; never the value."),
        field("directive", FieldKind::Str, "`Environment` or the `Exec…` directive."),
        field("literal", FieldKind::Bool, "Whether it is written out."),
        field(
            "credential",
            FieldKind::Fact(Subject::Credential),
            "The credential that it is, where it is written out.",
        ),
    ],
};

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    let deployment = model.deployment;
    let boot = install::Boot::new(deployment, commands);
    for service in unit::services(deployment) {
        let id = model.facts.add(fact(&service, &boot));
        secrets(model, &service, id);
    }
    directive::build(model);
}

fn fact(service: &Service<'_>, boot: &install::Boot<'_>) -> Fact {
    let strings = |all: Vec<Text>| Value::List(all.iter().map(Field::text).collect());
    let names = |all: Vec<&'static str>| Value::List(all.into_iter().map(Field::derived).collect());
    let restart = service.last("Restart").map_or(Field::derived(Value::Null), |d| Field::text(&d.value));
    Fact::new(Subject::Unit, service.place())
        .with("name", service.name())
        .with("path", service.document.path.as_str())
        .with("user_unit", service.user_unit())
        .with("oneshot", service.known("Type") == Some("oneshot"))
        .with("programs", Value::List(service.programs().iter().map(|p| Field::derived(p.as_str())).collect()))
        .with("engine_client", service.engine_client())
        .with("uses_docker", service.uses_docker())
        .with("docker_dependency", service.docker_dependency())
        .with("after_docker", service.after_docker())
        .with("docker_groups", strings(service.docker_groups()))
        .with("user", service.last("User").map_or(Field::derived(Value::Null), |d| Field::text(&d.value)))
        .with("root", service.root())
        .with("drops_root", service.drops_root())
        .with("network", service.network())
        .with("runs_containers", service.runs_containers())
        .with("missing_sandboxing", names(service.missing_sandboxing()))
        .with("sandboxing_declined", names(service.sandboxing_declined()))
        .with("hidden", service.hidden().iter().map(|t| Field::at(t.display(), t.place())).collect::<Vec<_>>())
        .with("restart", restart)
        .with("type", optional(service.last("Type").map(|d| &d.value)))
        .with("remains", service.remains())
        .with("stops", optional(service.last("ExecStop").map(|d| &d.value)))
        .with("detaches", optional(service.detaches().as_ref()))
        .with("never_forks", optional(service.never_forks().as_ref()))
        .with("limits", service.limits())
        .with("enabled", optional(boot.enabled(service)))
        .with("installable", boot.installable(service))
        .with("activated", boot.activated(service))
}

fn optional(text: Option<&Text>) -> Field {
    text.map_or(Field::derived(Value::Null), Field::text)
}

/// The secrets in `Environment=` and in the command lines.
fn secrets(model: &mut Model<'_>, service: &Service<'_>, unit: FactId) {
    let credentials = super::credential::by_place(&model.facts);
    let mut add = |text: &Text, name: String, directive: &str| {
        let credential = credentials.get(&text.span()).copied();
        let fact = Fact::new(Subject::UnitSecret, text.place())
            .with("unit", unit)
            .with("name", name)
            .with("directive", directive)
            .with("literal", text.is_literal())
            .with("credential", Field::derived(credential.map_or(Value::Null, Value::from)));
        model.facts.add(fact);
    };
    for directive in service.all("Environment") {
        for (key, value) in environment(&directive.value) {
            let known = value.known();
            if let Some(title) = known.and_then(shape) {
                add(&value, title.to_owned(), "Environment");
                continue;
            }
            // A name that is unknown before deployment is no secret; a value that is, may be.
            let named = key.known().is_some_and(is_secret_name);
            let real = known.is_none_or(|v| matches!(worth(v), Worth::Weak | Worth::Real));
            if named && real {
                add(&value, key.display(), "Environment");
            } else if let Some(password) = url_password(value.value()).map(|range| value.slice(range))
                && password.known().is_none_or(|v| matches!(worth(v), Worth::Weak | Worth::Real))
            {
                add(&password, format!("the password in {}", key.display()), "Environment");
            }
        }
    }
    for directive in service.executed() {
        for word in crate::syntax::unit::exec(&directive.value, &[]).words {
            if let Some(title) = word.text.known().and_then(shape) {
                add(&word.text, title.to_owned(), directive.key.value());
            }
            let pieces = word.text.pieces().iter().filter_map(|p| match &p.kind {
                crate::text::PieceKind::Variable(v) => Some((v, p)),
                _ => None,
            });
            for (variable, piece) in pieces {
                // `${X}` is filled in when it starts: not in the file, but in the process table, which is another rule's.
                let filled_in = variable.syntax == crate::text::Syntax::Systemd;
                if is_secret_name(&variable.name) && !filled_in {
                    let text = word.text.slice(piece.range.clone()).with_span(piece.span);
                    add(&text, variable.name.clone(), directive.key.value());
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "systemd_tests.rs"]
mod tests;
