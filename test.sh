#!/usr/bin/env bash
# Installs what the tests need on Debian and Ubuntu, builds Release, and runs every test. Nothing is skipped: what is
# missing is a failure that says what to install. The last line is the sum of the real reports.
set -euo pipefail
cd "$(dirname "$0")"

export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"

results="$PWD/artifacts/test-results"
times=()
passed=0
failed=0
skipped=0

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# Stages run in a condition, where `set -e` sleeps: each step of a stage has to say itself that it failed.
stage() {
  local name="$1" began=$SECONDS ended=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || ended=$?
  times+=("$(printf '%-12s %4d s' "$name" $((SECONDS - began)))")
  return "$ended"
}

has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

missing_packages() {
  has_postgresql || echo postgresql
  command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || echo mosquitto
  command -v mosquitto_pub >/dev/null || echo mosquitto-clients
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
}

install_missing() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET SDK of global.json is missing. Install it: https://dot.net/download" >&2
    return 1
  fi
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  if [ -z "${missing// /}" ]; then
    echo "nothing is missing"
    return 0
  fi
  if ! command -v apt-get >/dev/null; then
    echo "Missing: $missing. This script installs on Debian and Ubuntu only; install them and run it again." >&2
    return 1
  fi

  # The tests make clusters of their own: without this, the package would create one and start it.
  if ! has_postgresql; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  as_root apt-get update -qq || return 1
  # shellcheck disable=SC2086 # The list is words on purpose.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing >/dev/null || return 1
  case " $missing" in *" mosquitto "*) stop_system_mosquitto ;; esac
  echo "installed $missing"
}

# The tests start brokers of their own on free ports; the service that the package starts is in nobody's way but useless.
stop_system_mosquitto() {
  if [ -d /run/systemd/system ]; then
    as_root systemctl disable --now mosquitto >/dev/null 2>&1 || true
  elif [ -x /etc/init.d/mosquitto ]; then
    as_root /etc/init.d/mosquitto stop >/dev/null 2>&1 || true
  fi
}

install_node_packages() {
  local manifest
  while IFS= read -r manifest; do
    (cd "$(dirname "$manifest")" && npm ci --no-audit --no-fund --loglevel=error) || return 1
  done < <(find tests -name package-lock.json -not -path '*/node_modules/*')
}

build() {
  dotnet restore MqttPay.sln --locked-mode --verbosity quiet &&
    dotnet build MqttPay.sln --configuration Release --no-restore --verbosity quiet
}

# Adds up what the report of one project says. No report, or an empty one, is a failure.
count() {
  local report="$1" line number
  if [ ! -s "$report" ] || ! line=$(grep -o -m1 '<assembly [^>]*>' "$report"); then
    echo "No report was written: $report" >&2
    failed=$((failed + 1))
    return
  fi
  for number in total passed failed skipped not-run errors; do
    local value
    value=$(sed -nE "s/.* $number=\"([0-9]+)\".*/\1/p" <<<"$line")
    case "$number" in
      total) if [ "${value:-0}" -eq 0 ]; then echo "No test ran: $report" >&2; failed=$((failed + 1)); fi ;;
      passed) passed=$((passed + ${value:-0})) ;;
      failed | errors) failed=$((failed + ${value:-0})) ;;
      skipped | not-run) skipped=$((skipped + ${value:-0})) ;;
    esac
  done
}

run_tests() {
  local project="$1" ended=0 before=$failed
  local report="$results/$project.xml"
  rm -f "$report"
  dotnet test --project "tests/$project" --configuration Release --no-build --no-restore \
    --results-directory "$results" --report-xunit-xml --report-xunit-xml-filename "$project.xml" \
    --timeout 20m || ended=$?
  count "$report"
  if [ "$ended" -ne 0 ] && [ "$failed" -eq "$before" ]; then
    echo "The test process of $project ended with exit code $ended." >&2
    failed=$((failed + 1))
  fi
}

finish() {
  printf '\n'
  printf '%s\n' "${times[@]}"
  if [ "$skipped" -gt 0 ]; then
    echo "$skipped skipped: nothing may be skipped here."
    failed=$((failed + skipped))
  fi
  if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

mkdir -p "$results"
stage install install_missing || { failed=1; finish || exit 1; }
stage packages install_node_packages || { failed=1; finish || exit 1; }
stage build build || { failed=1; finish || exit 1; }
for project in unit simulation-tests integration; do
  stage "$project" run_tests "$project"
done
finish
