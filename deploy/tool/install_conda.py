"""Solves and installs the conda part of an environment, and writes down exactly what was installed.

usage: install_conda.py SPEC.json PREFIX LOCK.json

SPEC: {"channels": [{"url", "name"}], "packages": ["python=3.6", ...], "platform": "linux-64",
       "virtualPackages": ["__glibc=2.36"], "pythonFallback": "exact" | "nearest-newer", "locked": [RECORD, ...] | null}
A failure is one line `aml-error: {"code", "message", "hint"}` on standard error, and exit code 1.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

# Before the library is loaded: it reads these once.
SECRETS = Path("/run/secrets")
for variable, name in (("SSL_CERT_FILE", "aml-ca"), ("NETRC", "aml-netrc")):
    if (SECRETS / name).exists():
        os.environ[variable] = str(SECRETS / name)

from rattler import (  # noqa: E402
    BuildString,
    Channel,
    Client,
    Config,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    RepoDataRecord,
    SourceConfig,
    Subdir,
    Version,
    install,
    solve,
)


class Unavailable(Exception):
    """What the author of the dependency file has to know: not a fault of this program."""

    def __init__(self, code, message, hint):
        super().__init__(message)
        self.data = {"code": code, "message": message, "hint": hint}


def say(text):
    print(text, flush=True)


def virtual_packages(lines):
    """`__glibc=2.36` and `__cuda=11.8=0`, as the base image has them."""
    for line in lines:
        name, version, build = (line.split("=") + ["0", "0"])[:3]
        yield GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))


async def open_channels(spec, cache, client):
    """A gateway that the channels answer. Some mirrors have no sharded index and answer the question for it with an error page."""
    for sharded in (True, False):
        config = SourceConfig(sharded_enabled=sharded)
        gateway = Gateway(cache_dir=cache / "repodata", default_config=config, client=client)
        try:
            await offered(gateway, spec, ["python"])
            return gateway
        except Exception as error:
            if not sharded or "repodata_shards" not in str(error):
                raise


async def offered(gateway, spec, names):
    """All records of a package by name, from all channels."""
    subdirs = [Subdir(spec["platform"]), Subdir("noarch")]
    found = await gateway.query([c["url"] for c in spec["channels"]], subdirs, names, recursive=False)
    return [record for records in found for record in records]


def versions_of(records):
    """Distinct versions, oldest first."""
    return [str(v) for v in sorted({r.version for r in records})]


def nearest(versions, wanted, count=6):
    """The versions around the one that is wanted, in order."""
    ordered = [Version(v) for v in versions]
    at = sum(1 for v in ordered if v < wanted)
    low = max(0, min(at - count // 2, len(ordered) - count))
    return [str(v) for v in ordered[low : low + count]]


def wanted_version(match):
    """The first version that a spec names, to measure distance from."""
    number = re.search(r"\d+(\.\d+)*", str(match.version) if match.version is not None else "")
    return Version(number.group(0)) if number else None


async def check_offered(gateway, spec, packages):
    """Every package that no channel has is named at once; returns the specs, with Python's replaced where that is allowed."""
    matches = [MatchSpec(p) for p in packages]
    names = [m.name.normalized for m in matches]
    records = await offered(gateway, spec, names)
    where = ", ".join(c["name"] for c in spec["channels"]) or "no channel"
    problems, result, notes = {}, [], []
    for text, match, name in zip(packages, matches, names):
        mine = [r for r in records if r.name.normalized == name]
        fits = [r for r in mine if match.matches(r)]
        if fits:
            result.append(text)
            continue
        versions = versions_of(mine)
        wanted = wanted_version(match)
        if name == "python" and versions and wanted is not None:
            newer = [v for v in versions if Version(v) > wanted]
            if spec["pythonFallback"] == "nearest-newer" and newer:
                minor = ".".join(newer[0].split(".")[:2])
                result.append(f"python={minor}")
                notes.append(f"{text} is not offered by {where}; python {minor} was taken instead")
                continue
        if not mine:
            problems[name] = f"{text}: no package of that name in {where}"
        else:
            around = nearest(versions, wanted) if wanted is not None else versions[-6:]
            problems[name] = f"{text}: not among the versions of {where}; the nearest are {', '.join(around)}"
    if problems:
        python_only = list(problems) == ["python"]
        raise Unavailable(
            "environment-python-not-offered" if python_only else "environment-package-not-found",
            "Some conda packages cannot be had. " + "; ".join(problems.values()) + ".",
            "Change the version in the dependency file, or allow the nearest newer Python (setting pythonFallback: nearest-newer)."
            if python_only
            else "Change the version in the dependency file, or add the channel that has it.",
        )
    return result, notes


async def solve_packages(gateway, spec, packages):
    started = time.monotonic()
    try:
        records = await solve(
            [Channel(c["url"]) for c in spec["channels"]],
            packages,
            gateway=gateway,
            platforms=[spec["platform"], "noarch"],
            virtual_packages=list(virtual_packages(spec["virtualPackages"])),
        )
    except Exception as error:
        raise Unavailable(
            "environment-unsolvable",
            "The conda packages do not go together. " + readable(str(error)),
            "Loosen one of the versions that the message names.",
        ) from error
    say(f"solved {len(packages)} wishes to {len(records)} packages in {time.monotonic() - started:.1f} s")
    return records


def readable(reason):
    """The solver's tree as lines, without its headline."""
    lines = [line.rstrip() for line in reason.replace("Cannot solve the request because of:", "").splitlines()]
    return "\n".join(line for line in lines if line.strip())


def lock_entry(record, spec):
    """One line of the lock; channels that were mounted for the build get their own name back."""
    url = str(record.url)
    for channel in spec["channels"]:
        if url.startswith(channel["url"].rstrip("/") + "/"):
            url = channel["name"].rstrip("/") + url[len(channel["url"].rstrip("/")) :]
    entry = {"name": record.name.normalized, "version": str(record.version), "build": str(record.build), "subdir": str(record.subdir), "url": url}
    for key in ("sha256", "md5"):
        value = getattr(record, key)
        if value is not None:
            entry[key] = value.hex() if isinstance(value, bytes) else str(value)
    return entry


def compile_sources(prefix):
    """Byte code for everybody: runs are not root and could not write it, so each would compile again."""
    python = Path(prefix, "bin", "python")
    libraries = [str(p) for p in Path(prefix, "lib").glob("python3.*") if p.is_dir() and not p.is_symlink()]
    if python.exists() and libraries:
        command = [str(python), "-m", "compileall", "-q", "-j", "0", *libraries]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def pins(locked):
    """The packages of an earlier lock as exact specs: the solver finds the same ones or says that they are gone."""
    return [f"{p['name']}=={p['version']}={p['build']}" for p in locked]


async def main(spec_file, prefix, lock_file):
    spec = json.loads(Path(spec_file).read_text())
    cache = Path(os.environ.get("AML_CONDA_CACHE", "/tmp/aml-conda"))
    # The system's certificates, which SSL_CERT_FILE replaces, instead of those built into the library.
    client = Client.from_config(Config.from_toml('tls-root-certs = "system"'))
    gateway = await open_channels(spec, cache, client)
    notes = []
    if spec.get("locked"):
        say(f"installing the {len(spec['locked'])} packages of the lock")
        packages = pins(spec["locked"])
    else:
        packages, notes = await check_offered(gateway, spec, spec["packages"])
    for note in notes:
        say(f"note: {note}")
    records = await solve_packages(gateway, spec, packages)
    for record in sorted(records, key=lambda r: r.name.normalized):
        say(f"  {record.name.normalized} {record.version} {record.build}")
    started = time.monotonic()
    await install(records, target_prefix=prefix, cache_dir=cache / "packages", show_progress=False, execute_link_scripts=True,
                  platform=Subdir(spec["platform"]), client=client)
    compile_sources(prefix)
    say(f"installed {len(records)} packages in {time.monotonic() - started:.1f} s")
    lock = {"packages": [lock_entry(r, spec) for r in sorted(records, key=lambda r: r.name.normalized)], "notes": notes}
    Path(lock_file).parent.mkdir(parents=True, exist_ok=True)
    Path(lock_file).write_text(json.dumps(lock, indent=1) + "\n")


def run(arguments):
    try:
        asyncio.run(main(*arguments))
        return 0
    except Unavailable as problem:
        print(problem.data["message"], file=sys.stderr)
        print("aml-error: " + json.dumps(problem.data), file=sys.stderr)
        return 1
    except Exception as error:  # a network that fails, a full disk: the reason is all there is to say
        reason = f"{type(error).__name__}: {error}"
        data = {"code": "environment-conda-failed", "message": f"The conda packages could not be installed. {reason}",
                "hint": "Check that the channels can be reached from the Docker engine's machine; AML_CONDA_CHANNEL_MAP names mirrors, AML_PACKAGE_SOURCE=pypi does without channels (docs/settings.md)."}
        print("aml-error: " + json.dumps(data), file=sys.stderr)
        return 1


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the library's own threads can crash an ordinary exit
