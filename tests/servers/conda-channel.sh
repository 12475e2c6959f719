#!/usr/bin/env bash
# Makes a small real conda channel (python 3.11, pip, setuptools, wheel, six, hello-conda) once, and prints its folder on standard output.
# Works again after it was killed in the middle: the channel appears under its name only when it is whole.
#
#   AML_TEST_CACHE   ~/.cache/aml-tests   where it is kept
#   PYTHON           python3              3.10 or newer, with venv
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${AML_TEST_CACHE:-$HOME/.cache/aml-tests}
say() { printf '[conda-channel %3ss] %s\n' "$SECONDS" "$*" >&2; }

mkdir -p "$cache"
exec 9>"$cache/conda-channel.lock"
flock 9
version=$(sha256sum "$here/make_conda_channel.py" | cut -c 1-12)
channel=$cache/conda-channel-$version
if [ -e "$channel/noarch/repodata.json" ]; then
  say "it is there"
else
  command -v apt-get >/dev/null || { say "error: the channel's python comes from Debian's packages; this machine has no apt-get"; exit 1; }
  tools=$cache/conda-channel-tools
  if ! "$tools/bin/python" -c 'import rattler' 2>/dev/null; then
    say "installing py-rattler"
    rm -rf "$tools" && "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check py-rattler==0.28.0 >&2
  fi
  say "making the channel from Debian's python3.11 and wheels"
  rm -rf "$channel.part"
  "$tools/bin/python" "$here/make_conda_channel.py" "$channel.part" >&2
  mv "$channel.part" "$channel"
  say "ready"
fi
echo "$channel"
