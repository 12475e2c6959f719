"""Makes a small conda channel: python 3.11 (repacked from Debian), a few wheels, and one small package with an entry point.

usage: make_conda_channel.py CHANNEL_DIR       (needs apt-get, dpkg-deb, and py-rattler for the index)
"""

import asyncio
import configparser
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PYTHON_DEBS = ["python3.11-minimal", "python3.11", "libpython3.11-minimal", "libpython3.11-stdlib", "python3-distutils"]
WHEELS = ["pip", "setuptools<81", "wheel", "six"]
# Debian's interpreter looks for dist-packages; site.py itself is frozen into it.
SITECUSTOMIZE = """import site, sys
if sys.prefix == sys.base_prefix:
    site.addsitedir(f"{sys.prefix}/lib/python3.11/site-packages")
"""


def index_json(subdir, name, version, build, depends, noarch):
    platform = {"noarch": noarch, "arch": None, "platform": None} if noarch else {"arch": "x86_64", "platform": "linux"}
    return {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends),
            "subdir": subdir, "license": "PSF-2.0", "timestamp": 1700000000000, **platform}


def path_entry(root, file):
    """Mamba wants digest and size for links too: those of what they point to."""
    data = file.read_bytes()
    return {"_path": str(file.relative_to(root)), "path_type": "softlink" if file.is_symlink() else "hardlink",
            "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}


def write_package(channel, subdir, name, version, build, root, depends=(), noarch=None, entry_points=()):
    """Packs the tree at root as CHANNEL/SUBDIR/NAME-VERSION-BUILD.tar.bz2."""
    out = Path(channel, subdir, f"{name}-{version}-{build}.tar.bz2")
    out.parent.mkdir(parents=True, exist_ok=True)
    paths = [path_entry(root, p) for p in sorted(root.rglob("*")) if p.is_symlink() or p.is_file()]
    info = {"info/index.json": index_json(subdir, name, version, build, depends, noarch),
            "info/paths.json": {"paths": paths, "paths_version": 1}}
    if noarch == "python":
        info["info/link.json"] = {"noarch": {"type": "python", "entry_points": list(entry_points)}, "package_metadata_version": 1}
    with tarfile.open(out, "w:bz2", compresslevel=1) as tar:
        for path, body in info.items():
            raw = json.dumps(body).encode()
            member = tarfile.TarInfo(path)
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
        for entry in paths:
            tar.add(root / entry["_path"], arcname=entry["_path"], recursive=False)
    print(f"  {out.name} ({out.stat().st_size} bytes)", flush=True)


def python_package(channel, work):
    """Debian's python3.11, patched to behave as an upstream build: site-packages, no EXTERNALLY-MANAGED."""
    debs, unpacked, root = work / "debs", work / "unpacked", work / "python"
    debs.mkdir()
    download = ["apt-get", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3", "download", *PYTHON_DEBS]
    if subprocess.run(download, cwd=debs, stdout=subprocess.DEVNULL, check=False).returncode:
        subprocess.run(["apt-get", "-qq", "update"], check=True)
        subprocess.run(download, cwd=debs, stdout=subprocess.DEVNULL, check=True)
    for deb in debs.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", deb, unpacked], check=True)
    (root / "bin").mkdir(parents=True)
    shutil.copytree(unpacked / "usr/lib/python3.11", root / "lib/python3.11", symlinks=True)
    shutil.copy2(unpacked / "usr/bin/python3.11", root / "bin/python3.11")
    for alias in ("python3", "python"):
        (root / "bin" / alias).symlink_to("python3.11")
    lib = root / "lib/python3.11"
    for gone in ("EXTERNALLY-MANAGED", "_distutils_system_mod.py", "sitecustomize.py"):  # the last is a link into /etc
        (lib / gone).unlink(missing_ok=True)
    (lib / "sitecustomize.py").write_text(SITECUSTOMIZE)
    patch(lib / "sysconfig.py", 'if sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix"):', "if True:")
    version = re.search(r"_(3\.11\.\d+)", next(debs.glob("python3.11_*.deb")).name).group(1)
    for link in [p for p in root.rglob("*") if p.is_symlink() and not p.exists()]:
        link.unlink()
    write_package(channel, "linux-64", "python", version, "0_debian", root)


def patch(file, old, new):
    text = file.read_text()
    if old not in text:
        raise SystemExit(f"{file}: {old!r} is not there")
    file.write_text(text.replace(old, new))


def wheel_package(channel, work, requirement):
    """A noarch python package from a pure-Python wheel."""
    name = re.split(r"[=<>]", requirement)[0]
    dest, root = work / f"{name}-wheel", work / f"{name}-root"
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "-d", dest, requirement]
    subprocess.run(command, check=True)
    wheel = next(dest.glob("*.whl"))
    zipfile.ZipFile(wheel).extractall(root / "site-packages")
    points = configparser.ConfigParser(delimiters=("=",))
    points.optionxform = str
    points.read(root.glob("site-packages/*.dist-info/entry_points.txt"))
    scripts = points["console_scripts"].items() if "console_scripts" in points else ()
    write_package(channel, "noarch", name, wheel.name.split("-")[1], "py_0", root, ["python"], "python",
                  [f"{k} = {v}" for k, v in scripts])


def hello_package(channel, work):
    root = work / "hello"
    (root / "site-packages").mkdir(parents=True)
    (root / "site-packages/hello_conda.py").write_text("def main():\n    import sys\n    print('hello from conda', sys.prefix)\n")
    write_package(channel, "noarch", "hello-conda", "1.2.0", "py_0", root, ["python >=3.8", "six"], "python",
                  ["hello-conda = hello_conda:main"])


def main(channel):
    from rattler.index import index_fs

    with tempfile.TemporaryDirectory() as tmp:
        work = Path(tmp)
        python_package(channel, work)
        for requirement in WHEELS:
            wheel_package(channel, work, requirement)
        hello_package(channel, work)
    asyncio.run(index_fs(Path(channel)))


main(sys.argv[1])
