//! Facts of subject `container`: whatever starts a container, in one shape.
//!
//! A compose service, a `docker run` command line and an Ansible docker module all give one, so that a rule about what
//! a container may do is written once. What only compose can say is in `compose.service`.

use super::compose::read::field;
use super::fact::{FieldKind, Schema};
use super::subject::Subject;

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);

/// The fields of `container`.
pub const SCHEMA: Schema = Schema {
    name: "container",
    doc: "A container that something starts: a compose service, a `docker run` command, an Ansible docker module.",
    fields: &[
        field("name", FieldKind::Str, "The service's name, or the container's where there is no service."),
        field("origin", FieldKind::Str, "What starts it: `compose`, `command` or `ansible`."),
        field("service", FieldKind::Fact(Subject::Service), "The compose service, where it is one."),
        field("image", FieldKind::Str, "The image reference as written."),
        field("title", FieldKind::Str, "What the software is called, where the image is known."),
        field(
            "roles",
            STRINGS,
            "Its roles: `agent-gateway`, `socket-proxy`, `datastore` …; empty where none is known.",
        ),
        field("reads_host", FieldKind::Bool, "Whether it is known to read the host for metrics or logs."),
        field("tunnels", FieldKind::Bool, "Whether it is known to be a VPN or a tunnel."),
        field(
            "socket_proxy",
            FieldKind::Bool,
            "Whether it is known to limit what others may ask of a container engine.",
        ),
        field(
            "runs_as_root",
            FieldKind::Bool,
            "Whether it is told to run as root, or its own Dockerfile never leaves root.",
        ),
        field("known_image", FieldKind::Bool, "Whether the image is in the knowledge base."),
        field("one_shot", FieldKind::Bool, "Whether it is known to end by itself: a job, `--rm`."),
        field("user", FieldKind::Str, "The user it is told to run as."),
        field("privileged", FieldKind::Bool, "Whether it is privileged."),
        field("read_only", FieldKind::Bool, "Whether its root file system is read-only."),
        field("network_mode", FieldKind::Str, "`host`, `none`, `service:x` …, where set."),
        field("pid", FieldKind::Str, "The PID namespace, where set."),
        field("ipc", FieldKind::Str, "The IPC namespace, where set."),
        field("uts", FieldKind::Str, "The UTS namespace, where set."),
        field("userns", FieldKind::Str, "The user namespace, where set."),
        field("cgroup", FieldKind::Str, "The cgroup namespace, where set."),
        field("host_namespaces", STRINGS, "The namespaces shared with the host, each at its place: `network`, `pid` …"),
        field("cap_add", STRINGS, "Capabilities added, upper case, without `CAP_`."),
        field("cap_drop", STRINGS, "Capabilities dropped, upper case, without `CAP_`."),
        field("security_opt", STRINGS, "Security options as written."),
        field("no_new_privileges", FieldKind::Bool, "Whether `no-new-privileges` is set."),
        field("devices", STRINGS, "Host devices handed over: their paths on the host."),
        field("groups", STRINGS, "Supplementary groups."),
        field("mounts", FieldKind::List(&FieldKind::Fact(Subject::Mount)), "What is mounted into it."),
    ],
};
