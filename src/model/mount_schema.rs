//! The fields of subject `mount`.

use super::fact::{FieldKind, Schema, field};
use super::subject::Subject;

/// The fields of `mount`.
pub const SCHEMA: Schema = Schema {
    name: "mount",
    doc: "A host path, volume or tmpfs mounted into a container, however it is written.",
    fields: &[
        field("container", FieldKind::Fact(Subject::Container), "The container."),
        field("service", FieldKind::Fact(Subject::Service), "The compose service, where it is one."),
        field("stack", FieldKind::Fact(Subject::Stack), "The compose project, where there is one."),
        field("type", FieldKind::Str, "`bind`, `volume`, `tmpfs`, `npipe`, `cluster` or `image`."),
        field("source", FieldKind::Str, "The host path or the volume's name; null for anonymous volumes."),
        field("target", FieldKind::Str, "The path in the container."),
        field("read_only", FieldKind::Bool, "Whether the container may not write there."),
        field(
            "socket",
            FieldKind::OneOf(&["socket", "parent"]),
            "`socket` where it is a container engine's socket, `parent` where it is a directory that holds one, else null.",
        ),
        field("engine", FieldKind::OneOf(&["docker", "podman", "containerd", "crio"]), "Whose socket; null otherwise."),
        field(
            "host_class",
            FieldKind::OneOf(&[
                "root",
                "system",
                "kernel",
                "logs",
                "time",
                "certificates",
                "modules",
                "socket",
                "project",
                "other",
            ]),
            "What the host path is: `root`, `system`, `kernel`, `logs`, `time`, `certificates`, `modules`, `socket`, `project`, `other`; null for volumes.",
        ),
        field(
            "hides",
            FieldKind::Str,
            "The directory of the known image's own program that it covers, where that program is what starts.",
        ),
        field(
            "data_of",
            FieldKind::Str,
            "The software whose data it holds, where only one program at a time may use them.",
        ),
        field(
            "unwritable_by",
            FieldKind::Str,
            "The user that the image built here runs as, where docker makes the new volume for root: no step makes a folder there.",
        ),
        field("credential", FieldKind::Bool, "Whether it holds credentials, by its name or target."),
        field("labelled", FieldKind::Bool, "Whether it asks SELinux to label the path (`z` or `Z`)."),
        field("private", FieldKind::Bool, "Whether it asks SELinux to give the path to this container alone (`Z`)."),
        field(
            "taken_from",
            FieldKind::Fact(Subject::Mount),
            "Of a private one: the mount of another container that needs the path too, by `z` or `Z`.",
        ),
        field(
            "taken_file",
            FieldKind::Bool,
            "Whether one of the two is a file below the other's folder, and only read.",
        ),
    ],
};
