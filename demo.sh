#!/bin/sh
# Builds everything and runs the demo: real processes on loopback, a cut uplink, a killed edge, and a verdict.
# All arguments go to `mqttpay-sim demo`, for example: ./demo.sh --devices 50 --json /tmp/facts.json
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo > /dev/null 2>&1; then sudo "$@"
    else fail "root rights are needed for: $*"
    fi
}
fail() {
    echo "demo.sh: $*" >&2
    exit 1
}

postgres_is_there() {
    command -v initdb > /dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1
}
mosquitto_is_there() {
    { command -v mosquitto || ls /usr/sbin/mosquitto; } > /dev/null 2>&1 && command -v mosquitto_passwd > /dev/null 2>&1
}
install() {
    command -v apt-get > /dev/null 2>&1 || fail "$1 is missing; install it with this system's package manager."
    echo "demo.sh: installing $1"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q > /dev/null || fail "apt-get update failed."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y "$@" > /dev/null || fail "apt-get install $* failed."
}
install_postgres() {
    # Said before the package comes, so that no cluster of the system appears: the cloud runs its own, without a port.
    as_root sh -c 'mkdir -p /etc/postgresql-common &&
        echo "create_main_cluster = false" >> /etc/postgresql-common/createcluster.conf'
    install postgresql
}

command -v dotnet > /dev/null 2>&1 || fail "the .NET SDK of global.json is missing: https://dotnet.microsoft.com/download"
postgres_is_there || install_postgres
case " $* " in
    *"mosquitto"*) mosquitto_is_there || install mosquitto ;;
    *"double-post"*) command -v psql > /dev/null 2>&1 || install postgresql-client ;;
esac

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "demo.sh: building"
if ! dotnet build -c Release -nologo -v quiet "$here/firmware-sim" > "$log" 2>&1; then
    cat "$log" >&2
    fail "the build failed."
fi

"$here/artifacts/bin/MqttPay.FirmwareSim/release/MqttPay.FirmwareSim" demo "$@"
