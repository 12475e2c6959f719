#!/usr/bin/env bash
# Brings up a Docker engine and a base image for the tests, from nothing, on a Debian machine with or without systemd.
# Run it as often as you like and twice at once: each step is skipped when its result is there. An engine that runs is left alone.
#
#   AML_TEST_CACHE        ~/.cache/aml-tests     keeps the packages and the base image, so that the next machine state is fast
#   AML_TEST_BASE_IMAGE   debian:bookworm-slim   pulled; where no registry answers, made with debootstrap
#   DOCKER_SUITE          trixie                 the Debian suite the engine is taken from ("" = the machine's own)
#   DEBIAN_MIRROR         the machine's own      http://HOST/debian
#   DOCKER_LOG            /var/log/dockerd.log
set -euo pipefail

cache=${AML_TEST_CACHE:-$HOME/.cache/aml-tests}
base_image=${AML_TEST_BASE_IMAGE:-debian:bookworm-slim}
suite=${DOCKER_SUITE-trixie}
log=${DOCKER_LOG:-/var/log/dockerd.log}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
export DEBIAN_FRONTEND=noninteractive

say() { printf '[docker-engine %3ss] %s\n' "$SECONDS" "$*"; }
die() { say "error: $*" >&2; exit 1; }
answers() { timeout 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

machine_mirror() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
    sed -nE '/^ *#/d; s#^(deb |URIs:).*(https?://[^ ]+/debian)/?( .*)?$#\2#p' | head -1
}

# apt with its own sources, lists and pins, so that the machine's configuration stays as it was; packages are kept in the cache.
private_apt() {
  local dir=$1; shift
  mkdir -p "$cache/debs/partial"
  apt-get -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$dir/sources" -o Dir::Etc::preferences="$dir/preferences" \
          -o Dir::State::lists="$dir/lists" -o Dir::Cache::archives="$cache/debs" -o APT::Keep-Downloaded-Packages=true \
          -o APT::Sandbox::User=root -o Acquire::Retries=3 -qq "$@"
}

install_engine() {
  local dir codename packages
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  dir=$(mktemp -d) && mkdir -p "$dir/sources" "$dir/lists/partial"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$codename" "$keyring" >"$dir/sources/debian.sources"
  : >"$dir/preferences"
  packages=(docker.io)
  if [ -n "$suite" ] && [ "$suite" != "$codename" ]; then
    sed -i "s/^Suites: .*/& $suite/" "$dir/sources/debian.sources"
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 1\n' "$suite" >"$dir/preferences"
    # Only these four come from the newer suite; they need no newer libc. runc would, so it stays the machine's own.
    packages=(docker.io/"$suite" docker-cli/"$suite" docker-buildx/"$suite" containerd/"$suite" runc)
  fi
  private_apt "$dir" update
  if ! private_apt "$dir" install -y --no-install-recommends "${packages[@]}" iptables debootstrap ca-certificates >"$log.apt" 2>&1; then
    say "no engine from $suite (see $log.apt); taking $codename's"
    private_apt "$dir" install -y --no-install-recommends docker.io iptables debootstrap ca-certificates >"$log.apt" 2>&1 || die "no engine to install; see $log.apt"
  fi
  rm -rf "$dir"
}

# A pid file outlives a killed daemon or a reboot, and dockerd refuses to start if its number is in use, by whatever.
forget_dead_engine() {
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) || return 0
  if ! grep -qs '^Name:.dockerd$' "/proc/$pid/status" || grep -qs '^State:.Z' "/proc/$pid/status"; then rm -f /var/run/docker.pid; fi
}

start_engine() {
  local nic mtu pid
  forget_dead_engine
  # Containers must not send bigger packets than the network card takes.
  nic=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)
  mtu=$(cat "/sys/class/net/${nic:-lo}/mtu"); [ "$mtu" -le 1500 ] || mtu=1500
  setsid nohup dockerd --mtu "$mtu" --log-level warn >>"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  for _ in $(seq 300); do
    if answers; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  tail -20 "$log" >&2
  die "dockerd did not become ready; its log is $log"
}

# The tarball in the cache is whole: it gets its name last.
debootstrap_tarball() {
  local suite_name=$1 tarball=$2 root
  command -v debootstrap >/dev/null || { apt-get -qq update && apt-get -qq install -y --no-install-recommends debootstrap >/dev/null; }
  root=$(mktemp -d) && chmod 755 "$root"
  mkdir -p "$cache/debootstrap"
  debootstrap --variant=minbase --cache-dir="$cache/debootstrap" "$suite_name" "$root" "$mirror" >"$log.debootstrap" 2>&1 || die "debootstrap failed; see $log.debootstrap"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/*
  printf 'deb %s %s main\ndeb %s %s-updates main\ndeb %s %s-security main\n' "$mirror" "$suite_name" "$mirror" "$suite_name" \
    "${mirror%/debian}/debian-security" "$suite_name" >"$root/etc/apt/sources.list"
  tar -C "$root" --numeric-owner -czf "$tarball.part" .
  mv "$tarball.part" "$tarball"
  rm -rf "$root"
}

provide_base_image() {
  local suite_name tarball
  tarball=$cache/base-$(printf %s "$base_image $mirror" | sha256sum | cut -c 1-12).tar.gz
  if [ ! -e "$tarball" ]; then
    if timeout 60 docker pull -q "$base_image" >/dev/null 2>&1; then say "pulled $base_image"; return; fi
    case $base_image in debian:*) ;; *) die "cannot pull $base_image, and only debian:* can be made here" ;; esac
    suite_name=${base_image#*:}
    say "no registry answers; making $base_image with debootstrap"
    debootstrap_tarball "${suite_name%-slim}" "$tarball"
  fi
  docker import --change 'CMD ["bash"]' "$tarball" "$base_image" >/dev/null
  say "$base_image is there"
}

main() {
  mkdir -p "$cache"
  # Of all users when root may start the engine, else of this one.
  exec 9>"$([ "$(id -u)" = 0 ] && echo /run/aml-docker-engine.lock || echo "$cache/docker-engine.lock")"
  flock 9
  mirror=${DEBIAN_MIRROR:-$(machine_mirror)}
  mirror=${mirror%/}
  if ! answers; then
    [ "$(id -u)" = 0 ] || die "no engine answers, and only root can start one"
    [ -n "$mirror" ] || die "no Debian mirror in /etc/apt; set DEBIAN_MIRROR"
    if ! command -v dockerd >/dev/null; then say "installing the engine"; install_engine; fi
    say "starting dockerd"
    start_engine
  fi
  docker image inspect "$base_image" >/dev/null 2>&1 || provide_base_image
  say "ready: engine $(docker version --format '{{.Server.Version}}'), $base_image"
}

main "$@"
