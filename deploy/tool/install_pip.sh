#!/bin/sh
# Installs the pip part of an environment into PREFIX and writes down what is in it then.
# Runs inside the base image, whatever that is: nothing but a POSIX shell is expected.
#
# usage: install_pip.sh PREFIX REQUIREMENTS LOCK [OPTION...]     (options of `pip install`, such as --index-url URL)
#   AML_BASE_PYTHON   a Python of the image: PREFIX becomes a virtual environment of it; unset: PREFIX has one already
#   AML_CONSTRAINTS   a lock to stay within
#   AML_INSTALLER     uv (default) or pip; Pythons that uv does not know get pip anyway
set -eu

prefix=$1 requirements=$2 lock=$3
shift 3
tool=$(dirname "$0")
python=$prefix/bin/python

fail() { # code, message, hint: none of them has quotes or line ends
  printf '%s\naml-error: {"code": "%s", "message": "%s", "hint": "%s"}\n' "$2" "$1" "$2" "$3" >&2
  exit 1
}

use_site_settings() {
  ca=/run/secrets/aml-ca
  if [ -s $ca ]; then export SSL_CERT_FILE=$ca PIP_CERT=$ca REQUESTS_CA_BUNDLE=$ca CURL_CA_BUNDLE=$ca GIT_SSL_CAINFO=$ca; fi
  if [ -s /run/secrets/aml-netrc ]; then export NETRC=/run/secrets/aml-netrc; fi
  if [ -s /run/secrets/aml-pip-conf ]; then export PIP_CONFIG_FILE=/run/secrets/aml-pip-conf; fi
  export UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  export UV_CACHE_DIR="${UV_CACHE_DIR:-/tmp/aml-uv}" PIP_CACHE_DIR="${PIP_CACHE_DIR:-/tmp/aml-pip}" UV_NO_PROGRESS=1
}

make_virtual_environment() {
  base=$AML_BASE_PYTHON
  command -v "$base" >/dev/null || fail environment-base-without-python "The base image has no $base." "Choose a base image with Python, or take Python from conda."
  if known_to_uv "$base"; then "$tool/uv" venv -q --python "$base" "$prefix"; return; fi
  "$base" -m venv "$prefix" || "$base" -m virtualenv "$prefix" ||
    fail environment-base-without-venv "The Python of the base image cannot make virtual environments." "Install its venv module or virtualenv in the base image."
}

# uv wants 3.8 or newer.
known_to_uv() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; }

install_with_uv() {
  set -- "$@" --index-strategy unsafe-best-match --compile-bytecode
  "$tool/uv" pip install --python "$python" -r "$requirements" ${AML_CONSTRAINTS:+-c "$AML_CONSTRAINTS"} "$@"
}

install_with_pip() {
  "$python" -m pip --version >/dev/null 2>&1 ||
    fail environment-without-pip "The Python of this environment has no pip." "Add pip to the conda packages."
  "$python" -m pip install -r "$requirements" ${AML_CONSTRAINTS:+-c "$AML_CONSTRAINTS"} "$@"
}

write_lock() {
  mkdir -p "$(dirname "$lock")"
  if known_to_uv "$python"; then "$tool/uv" pip freeze --python "$python" >"$lock"; else "$python" -m pip freeze >"$lock"; fi
}

use_site_settings
if [ -n "${AML_BASE_PYTHON:-}" ] && [ ! -e "$python" ]; then make_virtual_environment; fi
[ -e "$python" ] || fail environment-without-python "The environment has pip packages but no Python." "Add python to the conda packages."
if [ "${AML_INSTALLER:-uv}" = uv ] && known_to_uv "$python"; then install_with_uv "$@"; else install_with_pip "$@"; fi
write_lock
