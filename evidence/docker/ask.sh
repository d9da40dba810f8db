# What the scripts of probes may call. They run in the folder of the example, whose project is `proof`.

export COMPOSE_PROJECT_NAME=proof
outside_address=198.51.100.9
host_address=198.51.100.1

# Runs a command in a service's container.
inside() { local service=$1; shift; docker compose exec -T "$service" "$@" 2>&1 < /dev/null; }

# Whether a container reaches the outside.
leaves() { inside "$1" wget -Y off -q -T 3 -O - "http://$outside_address/" > /dev/null && echo yes || echo no; }

# Whether one service gets an answer of another one's address, by its name and port.
reaches() { inside "$1" nc -w 3 "$2" "$3" > /dev/null && echo yes || echo no; }

# Whether anybody answers on a port of the host, asked from ADDRESS's side: host, or outside over the host's outer address.
answers() {
  case $1 in
    host) timeout 3 bash -c "exec 3<> /dev/tcp/$2/$3" 2> /dev/null && echo yes || echo no ;;
    outside) nsenter --net=/run/netns/outside timeout 3 bash -c "exec 3<> /dev/tcp/$host_address/$2" 2> /dev/null && echo yes || echo no ;;
  esac
}

# Waits until a command succeeds, for at most thirty seconds: how long a start takes depends on the machine.
soon() {
  for _ in $(seq 150); do
    "$@" > /dev/null 2>&1 < /dev/null && return
    sleep 0.2
  done
  return 1
}

# Waits until something listens on a port of a container.
listening() { soon docker exec "$1" nc -w 3 127.0.0.1 "$2"; }

# The container of a service, whether it runs or not.
container() { docker compose ps -aq "$1"; }

# State, as `running`, `created`, `exited`, `restarting`.
state() { docker inspect --format '{{.State.Status}}' "$(container "$1")"; }

# Whether the last line of a container's log is this one.
logged() { docker logs --tail 1 "$1" 2>&1 | grep -qx "$2"; }

# Waits until a service's health is no longer `starting`, and prints it.
health() {
  local found=starting
  for _ in $(seq 150); do
    found=$(docker inspect --format '{{.State.Health.Status}}' "$(container "$1")")
    [ "$found" = starting ] || break
    sleep 0.2
  done
  echo "$found"
}

# A field of /proc/PID/status of a container's first process.
status() { inside "$1" awk -v field="$2:" '$1 == field {print $2}' /proc/1/status; }
