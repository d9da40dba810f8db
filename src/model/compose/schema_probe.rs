//! The fields of `compose.healthcheck`.

use crate::model::fact::{FieldKind, Schema, field};
use crate::model::subject::Subject;

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);

/// The fields of `compose.healthcheck`.
pub const HEALTHCHECK: Schema = Schema {
    name: "compose.healthcheck",
    doc: "A container's health check: a service's, a Quadlet file's, a probe of a Kubernetes manifest.",
    fields: &[
        field("container", FieldKind::Fact(Subject::Container), "The container."),
        field("service", FieldKind::Fact(Subject::Service), "The compose service, where it is one."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project, where there is one."),
        field("disabled", FieldKind::Bool, "Whether it switches the image's own check off."),
        field("test", STRINGS, "The test's words, `CMD` or `CMD-SHELL` first."),
        field(
            "kind",
            FieldKind::OneOf(&["cmd", "shell", "http", "none"]),
            "`cmd`, `shell`, `http` (asked from outside) or `none`.",
        ),
        field("programs", STRINGS, "The programs that it calls, in order, each at its place."),
        field("url", FieldKind::Str, "The URL that it asks for, where there is one."),
        field("url_host", FieldKind::Str, "That URL's host."),
        field("url_port", FieldKind::Int, "That URL's port, by its scheme where it says none."),
        field(
            "asked_port",
            FieldKind::Int,
            "The port of the container itself that it asks, with a URL or without: `nc -z`, `/dev/tcp`, `pg_isready`.",
        ),
        field("url_path", FieldKind::Str, "That URL's path, without query."),
        field("asks_itself", FieldKind::Bool, "Whether that host is the container itself."),
        field(
            "served_on",
            FieldKind::Int,
            "Where the image serves that path on another port than is asked: that port.",
        ),
        field("page_gone", FieldKind::Bool, "Whether only other releases of the image serve that path."),
        field(
            "switched_off",
            FieldKind::Str,
            "Where the image serves what is asked only when it is told to, and nothing tells it: what would.",
        ),
        field(
            "wants_tls",
            FieldKind::Str,
            "Where the URL is plain HTTP and the port speaks TLS: the setting that would switch it off; at the scheme.",
        ),
        field("through_proxy", FieldKind::Bool, "Whether it asks through a proxy (`curl -x`)."),
        field(
            "fails_on_status",
            FieldKind::Bool,
            "Whether an error status makes it fail (`curl -f`, `wget`); unknown for other programs.",
        ),
        field("never_fails", FieldKind::Bool, "Whether it ends in `|| true` or `|| exit 0`."),
        field("missing_tool", FieldKind::Str, "The program that the image is known not to have, at its place."),
        field(
            "unset_variable",
            FieldKind::Str,
            "A variable of the container that it reads and that a data store's container does not have, at its place.",
        ),
        field("meant_variable", FieldKind::Str, "The variable of the container that is meant by it, where one is."),
        field("alternatives", FieldKind::Bool, "Whether it tries something else when the first fails."),
        field("origin", FieldKind::OneOf(&["compose", "dockerfile"]), "Where it is written."),
        field(
            "malformed",
            FieldKind::OneOf(&["words", "operator", "line", "variable", "form", "script"]),
            "Why it is not run as it is written, at the word that shows it: `words`, `operator`, `line`, `variable`, `form`, `script` (one word, and the words behind it are lost).",
        ),
        field(
            "form_word",
            FieldKind::Str,
            "Of `form`: `CMD` or `CMD-SHELL` with the blanks behind it, at its place; null where it is another word, or where the rest alone could be no text.",
        ),
        field(
            "endless",
            FieldKind::Str,
            "The program that never ends by itself, at its place: `ping` without a count.",
        ),
        field(
            "idle",
            FieldKind::OneOf(&["password", "true", "filter"]),
            "What makes it succeed in every state, at its place.",
        ),
        field(
            "password_as",
            FieldKind::Str,
            "Of `idle: password`: the variable of compose that the server's command takes its password from, as it is written; null where it is no variable alone.",
        ),
        field(
            "shell_words",
            STRINGS,
            "Of `operator`, `words` and `variable`: what stands behind `CMD` or `CMD-SHELL`, at the place of all of it, as the words of one line for a shell; null where words could be split or quoted in more than one way.",
        ),
        field(
            "busybox",
            FieldKind::Bool,
            "Whether its wget is known to be BusyBox on musl, which asks `localhost` on IPv6 first.",
        ),
        field("answered", FieldKind::Bool, "Whether the program listens on the port that it asks."),
        field("listens", FieldKind::List(&FieldKind::Int), "The ports on which it is known to listen."),
        field(
            "ipv4_only",
            FieldKind::Bool,
            "Whether it is known to listen on IPv4 alone there, at the place that says so.",
        ),
    ],
};
