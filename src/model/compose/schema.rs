//! The fields of the `compose.*` subjects. What they mean is said here once; rules and the documentation read it.

use crate::model::fact::{FieldKind, Schema, field};
use crate::model::subject::Subject;

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);
const SERVICES: FieldKind = FieldKind::List(&FieldKind::Fact(Subject::Service));
const ATTACHMENTS: FieldKind = FieldKind::List(&FieldKind::Fact(Subject::Attachment));
const DEPENDENCIES: FieldKind = FieldKind::List(&FieldKind::Fact(Subject::Dependency));
const ENTRIES: FieldKind = FieldKind::List(&FieldKind::Fact(Subject::Environment));

/// The fields of `compose.stack`.
pub const STACK: Schema = Schema {
    name: "compose.stack",
    doc: "A compose project: its files merged.",
    fields: &[
        field("name", FieldKind::Str, "The project's name."),
        field("directory", FieldKind::Str, "The project directory."),
        field("services", SERVICES, "Its services."),
        field("networks", FieldKind::List(&FieldKind::Fact(Subject::Network)), "Its networks."),
        field("volumes", FieldKind::List(&FieldKind::Fact(Subject::Volume)), "Its volumes and shared host paths."),
        field(
            "isolates",
            FieldKind::Bool,
            "Whether it isolates anything: an internal network or a forward proxy exists.",
        ),
        field("completed", FieldKind::Bool, "Whether a platform (Coolify) asks for all variables that have no value."),
        field(
            "platform",
            FieldKind::Str,
            "The platform that completes the files before docker compose reads them; null for none.",
        ),
        field(
            "swarm",
            FieldKind::Bool,
            "Whether anything shows that it is for `docker stack deploy`: a file that says so, or keys that only a swarm reads.",
        ),
        field("unhardened", SERVICES, "Services with neither `no-new-privileges` nor `cap_drop`."),
    ],
};

/// The fields of `compose.service`.
pub const SERVICE: Schema = Schema {
    name: "compose.service",
    doc: "A service of a compose project, after merging, with what follows for it from the whole deployment.",
    fields: &[
        field("name", FieldKind::Str, "The service's name."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("container", FieldKind::Fact(Subject::Container), "The same service as a container."),
        field("container_name", FieldKind::Str, "The container's name, where set."),
        field("image", FieldKind::Str, "The image reference."),
        field("repository", FieldKind::Str, "The image without tag and digest."),
        field("tag", FieldKind::Str, "The image's tag."),
        field("digest", FieldKind::Str, "The image's digest."),
        field("built", FieldKind::Bool, "Whether the image is built here."),
        field(
            "starts_itself",
            FieldKind::Bool,
            "Whether the image is known to start its own program whatever the command is: that is its arguments.",
        ),
        field("title", FieldKind::Str, "What the software is called, where it is known."),
        field("roles", STRINGS, "Its roles in the deployment; empty where none is known."),
        field(
            "roles_by",
            FieldKind::OneOf(&["config", "image", "build", "command", "mount", "environment", "name", "clients"]),
            "What says the roles: `config` (the user), `image`, `build`, `command`, `mount`, `environment`, `name`, `clients`.",
        ),
        field("known_image", FieldKind::Bool, "Whether the image is in the knowledge base."),
        field("image_ports", FieldKind::List(&FieldKind::Int), "Ports that the known image listens on."),
        field("image_health_paths", STRINGS, "HTTP paths that the known image answers a probe on."),
        field("image_health_only", FieldKind::Bool, "Whether the known image fails a probe on any other path."),
        field("admin_ports", STRINGS, "Container ports that serve the administration of the known image."),
        field("image_lacks", STRINGS, "Programs that the known image has not."),
        field("image_has", STRINGS, "Programs that the known image has."),
        field(
            "image_healthcheck",
            FieldKind::Bool,
            "Whether the image has a HEALTHCHECK; unknown where nobody looked.",
        ),
        field("image_user", FieldKind::Str, "The user that the known image runs as."),
        field("needs_internet", FieldKind::Bool, "Whether the known image needs a road to the internet."),
        field("one_shot", FieldKind::Bool, "Whether its job ends: known image, `restart: no`, or awaited to complete."),
        field("command", STRINGS, "The command's words, as compose splits them."),
        field("entrypoint", STRINGS, "The entrypoint's words."),
        field("programs", STRINGS, "The programs that command and entrypoint call, shells looked into."),
        field(
            "missing_shell",
            FieldKind::Str,
            "The shell that starts it and that its image is known not to have, at the word that asks for it; null otherwise.",
        ),
        field("user", FieldKind::Str, "The user."),
        field("read_only", FieldKind::Bool, "Whether the root file system is read-only."),
        field("writes", STRINGS, "Directories that the image is known to write, or else `/run` and `/tmp`."),
        field("writes_known", FieldKind::Bool, "Whether `writes` is known of the image."),
        field("read_only_ok", FieldKind::Bool, "Whether the image is known to need no writable directory."),
        field(
            "calls_at_start",
            FieldKind::Str,
            "What of its configuration calls a model while it starts: LiteLLM's `redis-semantic` cache; null for nothing known.",
        ),
        field("unwritable", STRINGS, "Those of `writes` that no writable mount covers."),
        field(
            "unwritable_beside",
            STRINGS,
            "Files that the image writes in folders that it reads as well, so that a tmpfs there would hide them.",
        ),
        field("restart", FieldKind::Str, "The restart policy, where set."),
        field(
            "replicas",
            FieldKind::Int,
            "How many containers it asks for (`scale`, `deploy.replicas`); 1 where it says nothing.",
        ),
        field("profiles", STRINGS, "Its profiles."),
        field("network_mode", FieldKind::Str, "The network mode, where set."),
        field("tmpfs", FieldKind::List(&FieldKind::Fact(Subject::Mount)), "Its tmpfs mounts."),
        field("log_driver", FieldKind::Str, "The logging driver, where set."),
        field("log_options", STRINGS, "The names of the logging driver's options."),
        field("log_limited", FieldKind::Bool, "Whether its log is limited in size, or goes elsewhere than to a file."),
        field("ports", FieldKind::List(&FieldKind::Fact(Subject::Port)), "Its published ports."),
        field("first_port", FieldKind::Fact(Subject::Port), "The first of its published ports."),
        field(
            "mode_overlaid",
            FieldKind::Bool,
            "Whether the mode of its network stands in another file than its first port.",
        ),
        field(
            "refused_option",
            FieldKind::Str,
            "Beside the network of another container: the first option that the engine refuses with it, `hostname`, `dns` or `extra_hosts`, at its place.",
        ),
        field("mounts", FieldKind::List(&FieldKind::Fact(Subject::Mount)), "Its mounts."),
        field(
            "environment",
            FieldKind::Map(&FieldKind::Any),
            "Its environment: name to value; a secret's value is null.",
        ),
        field("variables", ENTRIES, "The same as facts."),
        field(
            "more_variables",
            FieldKind::Bool,
            "Whether its environment may hold more than is seen: an env file that is not there, a name that is not known.",
        ),
        field("labels", FieldKind::Map(&FieldKind::Any), "Its labels: name to value; a secret's value is null."),
        field(
            "tls_port",
            FieldKind::Int,
            "The port on which the known image speaks TLS, as nothing tells it otherwise.",
        ),
        field("tls_setting", FieldKind::Str, "What would tell it otherwise."),
        field(
            "label_variable",
            FieldKind::Str,
            "The name of a label with a variable, which compose keeps in a mapping.",
        ),
        field("attachments", ATTACHMENTS, "The networks that it is on."),
        field("egress_networks", ATTACHMENTS, "Those of its networks that lead out to the internet."),
        field(
            "no_egress",
            FieldKind::Bool,
            "Whether it is known that no network of it leads out; a network made elsewhere may.",
        ),
        field("isolated", FieldKind::Bool, "Whether no network of it leads out (and it is on one at least)."),
        field(
            "egress_reason",
            FieldKind::OneOf(&["tunnel", "forward-proxy", "acme", "internet", "port"]),
            "Why it needs a road out or in: `tunnel`, `forward-proxy`, `acme`, `internet` (known image), `port`.",
        ),
        field("neighbours", SERVICES, "Other services that share a network with it."),
        field("gateway_neighbours", SERVICES, "Those of `neighbours` that are agent gateways."),
        field(
            "proxy",
            FieldKind::Fact(Subject::Service),
            "The service of this deployment that its proxy variables name.",
        ),
        field("proxy_variables", ENTRIES, "Its variables that name that service: `HTTP_PROXY` …"),
        field("plain_proxy_variables", ENTRIES, "Those of them that speak plain HTTP to the proxy."),
        field(
            "proxy_ports",
            FieldKind::List(&FieldKind::Int),
            "Of a forward proxy: the ports that it takes requests on.",
        ),
        field(
            "wants_client_certificate",
            FieldKind::Bool,
            "Of a Smokescreen built here: whether it refuses clients without a TLS certificate; at the instruction that fetches it.",
        ),
        field("proxy_clients", SERVICES, "Services whose proxy variables name this one."),
        field("no_proxy", STRINGS, "The hosts that its NO_PROXY names; unknown where one is not known."),
        field("unproxied_siblings", ENTRIES, "Its variables that name a sibling which NO_PROXY does not list."),
        field("dependencies", DEPENDENCIES, "What it waits for."),
        field("dependents", DEPENDENCIES, "What waits for it."),
        field("blocked", DEPENDENCIES, "What never starts if it never becomes healthy, through all edges."),
        field("healthcheck", FieldKind::Fact(Subject::Healthcheck), "Its healthcheck, where one is written."),
        field("engine_socket", FieldKind::Fact(Subject::Mount), "The mount that gives it a container engine's socket."),
        field("open_store", FieldKind::Str, "Of a data store: what lets in whoever reaches it, at its place."),
        field("docker_host", FieldKind::Str, "DOCKER_HOST, where set."),
        field(
            "docker_use",
            FieldKind::Str,
            "What shows that it uses the Docker API through a socket: the word or value, at its place.",
        ),
        field(
            "docker_api",
            FieldKind::OneOf(&["remote", "sibling", "served"]),
            "How it uses or serves the Docker API over TCP without TLS: `remote`, `sibling`, `served`.",
        ),
        field("docker_api_internal", FieldKind::Bool, "Whether that stays on networks that do not lead out."),
        field("socket_grants", ENTRIES, "Of a socket proxy: the switches that open dangerous sections."),
        field("socket_post", FieldKind::Bool, "Of a socket proxy: whether POST=1 allows changes."),
        field(
            "engine_proxy",
            FieldKind::Fact(Subject::Service),
            "The socket proxy of this project through which it asks a container engine.",
        ),
        field("engine_endpoint", FieldKind::Str, "Where it names that proxy."),
        field(
            "engine_denied",
            STRINGS,
            "The sections that its known image cannot do without and that the proxy refuses.",
        ),
    ],
};

/// The fields of `compose.port`.
pub const PORT: Schema = Schema {
    name: "compose.port",
    doc: "A published port of a service.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("host_ip", FieldKind::Str, "The address on the host; empty where all of them."),
        field(
            "published_written",
            FieldKind::Str,
            "The same as the file writes it: `${PORT:-8080}`; null where Docker chooses one.",
        ),
        field("published", FieldKind::Str, "The port on the host, or a range; null where Docker chooses one."),
        field("target", FieldKind::Str, "The port in the container."),
        field("target_written", FieldKind::Str, "The same as the file writes it."),
        field("host_ip_variable", FieldKind::Str, "The variable that says the address on the host, where one does."),
        field("protocol", FieldKind::Str, "`tcp` or `udp`."),
        field("loopback", FieldKind::Bool, "Whether only the host itself can reach it."),
        field("everywhere", FieldKind::Bool, "Whether it is open on all addresses of the host."),
        field("ranged", FieldKind::Bool, "Whether its entry publishes several ports, a range."),
        field("answered", FieldKind::Bool, "Whether the program in the container listens on the target port."),
        field("on_loopback", FieldKind::Bool, "True where it does so for its own container alone; at what says so."),
        field("listens", FieldKind::List(&FieldKind::Int), "The ports on which it is known to listen."),
    ],
};

/// The fields of `compose.network`.
pub const NETWORK: Schema = Schema {
    name: "compose.network",
    doc: "A network of a compose project.",
    fields: &[
        field("name", FieldKind::Str, "Its key in the file."),
        field("real_name", FieldKind::Str, "Its name for Docker."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("external", FieldKind::Bool, "Whether something else creates it."),
        field(
            "internal",
            FieldKind::Bool,
            "Whether it is internal; of an external one, as its definition in the deployment says.",
        ),
        field("open", FieldKind::Bool, "Whether it leads out to the internet."),
        field("implicit", FieldKind::Bool, "Whether it is the default network that no file mentions."),
        field("defined_by", FieldKind::Fact(Subject::Network), "Of an external one: its definition in another stack."),
        field("members", SERVICES, "The services on it."),
    ],
};

/// The fields of `compose.attachment`.
pub const ATTACHMENT: Schema = Schema {
    name: "compose.attachment",
    doc: "A service on a network, or on the host's.",
    fields: &[
        field("name", FieldKind::Str, "The network's key; `host` for the host's own network."),
        field(
            "kind",
            FieldKind::OneOf(&["network", "default", "host", "shared"]),
            "`network`, `default` (implicit), `host`, `shared` (another container's).",
        ),
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("network", FieldKind::Fact(Subject::Network), "The network, where it is one of the project."),
        field(
            "definition",
            FieldKind::Str,
            "The network's name where it is defined, in whichever stack; null for the implicit one.",
        ),
        field("open", FieldKind::Bool, "Whether it is a road to the internet."),
        field("aliases", STRINGS, "Other names that the service has there."),
        field("addresses", STRINGS, "The static addresses that it asks for there."),
        field(
            "address_fault",
            FieldKind::OneOf(&["none", "outside"]),
            "Why the engine refuses one of them: `none` where the network asks for no subnet of its kind, `outside` of all of them; at the address.",
        ),
        field("subnets", STRINGS, "The subnets that the network asks for."),
        field(
            "taken",
            FieldKind::OneOf(&["service", "gateway"]),
            "Who has one of the addresses already: another service, or the network's gateway; at the address.",
        ),
        field("taken_by", FieldKind::Fact(Subject::Service), "That service."),
    ],
};

/// The fields of `compose.dependency`.
pub const DEPENDENCY: Schema = Schema {
    name: "compose.dependency",
    doc: "A service that waits for another.",
    fields: &[
        field("name", FieldKind::Str, "The name of the service that waits, at the place where it says so."),
        field("service", FieldKind::Fact(Subject::Service), "The service that waits."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("target", FieldKind::Fact(Subject::Service), "What it waits for."),
        field("condition", FieldKind::Str, "`service_started`, `service_healthy` or `service_completed_successfully`."),
        field("required", FieldKind::Bool, "Whether it can't start without."),
    ],
};

/// The fields of `compose.volume`.
pub const VOLUME: Schema = Schema {
    name: "compose.volume",
    doc: "A named volume, or a host path that services of one project mount.",
    fields: &[
        field("name", FieldKind::Str, "The volume's key, or the path."),
        field("real_name", FieldKind::Str, "The volume's name for Docker, where it is a volume."),
        field("kind", FieldKind::OneOf(&["volume", "bind"]), "What is mounted."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("external", FieldKind::Bool, "Whether something else creates it."),
        field("mounts", FieldKind::List(&FieldKind::Fact(Subject::Mount)), "Where it is mounted."),
        field("services", SERVICES, "Who mounts it."),
        field("writers", SERVICES, "Who mounts it and may write."),
        field("user_count", FieldKind::Int, "How many services mount it, jobs that end left out."),
        field("credential", FieldKind::Bool, "Whether it holds credentials, by its name or a target."),
        field("gateways", SERVICES, "Those of `services` that are agent gateways."),
    ],
};
