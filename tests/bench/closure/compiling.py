"""Crates as cargo would compile them, and rustc asked about changed copies of them.

`find_crates` lets cargo check a crate that depends on all wanted ones, records each call of rustc, and keeps the
calls; `Crate.check` repeats one of them on a copy of the source. Nothing of the corpus is written to.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import SourceError

CACHE = Path(".bench/closure")
"""Where command lines, build products and truth are kept unless an option says otherwise."""
MOST_SECONDS = 240.0
"""How long one compile may take."""

_CARGO_CONFIG = '[source.crates-io]\nreplace-with = "here"\n[source.here]\ndirectory = {folder}\n'
_MANIFEST = '[package]\nname = "bench"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n'
_WRAPPER = """#!{python} -IS
import json, os, sys
if "--crate-name" in sys.argv and "___" not in sys.argv:
    kept = {{k: v for k, v in os.environ.items() if k.startswith("CARGO") or k == "OUT_DIR"}}
    kept.pop("CARGO_MAKEFLAGS", None)
    call = {{"cwd": os.getcwd(), "argv": sys.argv[2:], "env": kept}}
    name = sys.argv[sys.argv.index("--crate-name") + 1] + "-" + str(os.getpid()) + ".json"
    with open(os.path.join({calls!r}, name), "w") as out:
        json.dump(call, out)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_BLAMED = re.compile(r"`([\w-]+) = \"[^\"]*\"`[^`]*of package `bench |required by package `([\w-]+) v[^`]*`")
_FULL = ("full", "std")  # features that bring a crate's code to life where its default leaves it out

Span = tuple[Path, int, int]
"""File, relative to the crate's root, and bytes, 0-based, end exclusive, in the file as it was compiled."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message of rustc."""

    code: str
    """`E0659`, or a lint's name; empty if it has none."""
    level: str
    message: str
    spans: tuple[Span, ...]
    """The primary ones. A span in generated code or another crate is left out."""
    all_spans: tuple[Span, ...]
    """Those, the secondary ones, those of its notes and helps, and the macro calls that lead to each."""
    calls: tuple[Span, ...] = ()
    """For a primary span in a macro's definition: the calls it was expanded through, innermost first."""
    helps: tuple[str, ...] = ()
    """What its notes and helps say, replacements suggested included."""


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate and the recorded call of rustc that compiles it."""

    name: str
    version: str
    root: Path
    """Its folder, where Cargo.toml is."""
    edition: str
    command: tuple[str, ...]
    """The arguments of rustc as cargo gave them."""
    env: Mapping[str, str] = field(hash=False)
    """What cargo set besides: `CARGO_*` and `OUT_DIR`."""
    sources: tuple[Path, ...]
    """The Rust files rustc read, relative to the root, in order."""
    scratch: Path
    """Folder for copies and what rustc writes: this process's own."""

    @property
    def key(self) -> str:
        """Name and version: `bytes-1.2.1`."""
        return f"{self.name}-{self.version}"

    def command_root(self) -> Path:
        """The file rustc begins with, relative to the crate's root."""
        named = Path(next(each for each in self.command if each.endswith(".rs")))
        return named.relative_to(self.root) if named.is_absolute() else named

    def check(self, overrides: Mapping[Path, bytes], extra: Sequence[str] = ()) -> list[Diagnostic]:
        """What rustc says of the crate with some files replaced (paths relative to the root); metadata only.

        Raises SourceError if rustc cannot be run or does not end in time.
        """
        copy = self._copy(overrides)
        out = self.scratch / "out"
        out.mkdir(parents=True, exist_ok=True)
        command = ["rustc", *_adapted(self.command, self.root, copy, out), *extra]
        environment = {**os.environ, **self.env, "CARGO_MANIFEST_DIR": str(copy)}
        environment.pop("CARGO_MAKEFLAGS", None)  # its pipe is gone
        try:
            done = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, timeout=MOST_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SourceError(f"rustc gave no answer for {self.key}: {error}") from error
        return list(_diagnostics(done.stderr, copy))

    def _copy(self, overrides: Mapping[Path, bytes]) -> Path:
        """The folder of the copy, as the source has it but for the overrides."""
        copy = self.scratch / "copy" / self.key
        if not copy.exists():
            shutil.copytree(self.root, copy, ignore_dangling_symlinks=True)
        changed = copy / ".changed"
        for name in changed.read_text("utf-8").splitlines() if changed.exists() else ():
            shutil.copyfile(self.root / name, copy / name)
        changed.write_text("".join(f"{path}\n" for path in overrides), "utf-8")
        for path, data in overrides.items():
            (copy / path).unlink()
            (copy / path).write_bytes(data)
        return copy

    def forget(self) -> None:
        """Remove the copy and all that was written for it."""
        shutil.rmtree(self.scratch, ignore_errors=True)


def _adapted(command: Sequence[str], root: Path, copy: Path, out: Path) -> Iterable[str]:
    """The recorded arguments for the copy: metadata only, JSON, no limit to lints."""
    skip = False
    for index, argument in enumerate(command):
        if skip:
            skip = False
            continue
        if argument in ("--out-dir", "--emit", "--error-format", "--json", "--cap-lints"):
            skip = True
            continue
        if argument.startswith(("--emit=", "--error-format=", "--json=", "--diagnostic-width")):
            continue
        if argument == "-C" and command[index + 1].startswith("incremental"):
            skip = True
            continue
        yield argument.replace(str(root), str(copy)) if argument.endswith(".rs") else argument
    yield from ("--out-dir", str(out), "--emit=metadata", "--error-format=json", "--cap-lints=allow")


def _diagnostics(output: bytes, copy: Path) -> Iterable[Diagnostic]:
    for line in output.splitlines():
        if not line.startswith(b"{"):
            continue
        told = json.loads(line)
        if told.get("$message_type", "diagnostic") != "diagnostic":
            continue
        primary = [span for span in told["spans"] if span["is_primary"]]
        every = list(told["spans"])
        helps: list[str] = []
        for child in told["children"]:
            every += child["spans"]
            helps.append(child["message"])
            helps += [span["suggested_replacement"] or "" for span in child["spans"]]
        calls = [place for span in primary for place in _calls(span, copy)]
        yield Diagnostic(
            code=(told["code"] or {}).get("code", ""),
            level=told["level"],
            message=told["message"],
            spans=tuple(_places(primary, copy)),
            all_spans=(*_places(every, copy), *(place for span in every for place in _calls(span, copy))),
            calls=tuple(calls),
            helps=tuple(helps),
        )


def _places(spans: Iterable[dict[str, object]], copy: Path) -> Iterable[Span]:
    for span in spans:
        path = (copy / str(span["file_name"])).resolve()
        if path.is_relative_to(copy):
            yield path.relative_to(copy), int(str(span["byte_start"])), int(str(span["byte_end"]))


def _calls(span: dict[str, object], copy: Path) -> Iterable[Span]:
    expansion = span.get("expansion")
    while isinstance(expansion, dict):
        yield from _places([expansion["span"]], copy)
        expansion = expansion["span"].get("expansion")


def find_crates(folder: Path, cache: Path = CACHE, wanted: Sequence[str] = ()) -> list[Crate]:
    """The crates below `folder` that compile, by name; from the cache if their calls were recorded before.

    `folder` is a directory source: one folder a crate, each with its `Cargo.toml`. `wanted` names those to begin
    from; what they depend on comes too. Empty: all. Raises SourceError if cargo cannot do it.
    """
    folder, cache = folder.resolve(), cache.resolve()
    calls = cache / "calls"
    if not (cache / "recorded").exists():
        _record(folder, cache, calls, wanted)
    found: dict[str, Crate] = {}
    for path in sorted(calls.glob("*.json")):
        crate = _crate(json.loads(path.read_text("utf-8")), folder, cache)
        if crate is not None and len(crate.sources) >= len(
            found[crate.key].sources if crate.key in found else ()
        ):
            found[crate.key] = crate
    return [found[key] for key in sorted(found)]


def _record(folder: Path, cache: Path, calls: Path, wanted: Sequence[str]) -> None:
    """Let cargo check everything once, one process at a time, and keep how it called rustc."""
    bench = cache / "bench"
    (bench / "src").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(calls, ignore_errors=True)
    calls.mkdir()
    (bench / "src" / "lib.rs").write_bytes(b"")
    (bench / ".cargo").mkdir(exist_ok=True)
    (bench / ".cargo" / "config.toml").write_text(
        _CARGO_CONFIG.format(folder=json.dumps(str(folder))), "utf-8"
    )
    wrapper = cache / "wrapper.py"
    wrapper.write_text(_WRAPPER.format(python=sys.executable, calls=str(calls)), "utf-8")
    wrapper.chmod(0o755)
    shutil.rmtree(bench / "target", ignore_errors=True)
    dependencies = _resolved(bench, _dependencies(folder, wanted))
    print(f"cargo checks {len(dependencies)} crates and what they depend on", file=sys.stderr)
    environment = {**os.environ, "RUSTC_WRAPPER": str(wrapper)}
    subprocess.run(
        ["cargo", "check", "--offline", "--keep-going", "--jobs", "1", "--quiet"],
        cwd=bench, env=environment, check=False, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    (cache / "recorded").write_text("\n".join(sorted(dependencies)) + "\n", "utf-8")


def _dependencies(folder: Path, wanted: Sequence[str]) -> dict[str, str]:
    """What the crate that stands for all depends on: names, and how Cargo.toml has each."""
    found: dict[str, str] = {}
    for manifest in sorted(folder.glob("*/Cargo.toml")):
        told = tomllib.loads(manifest.read_text("utf-8"))
        name = told["package"]["name"]
        if wanted and name not in wanted:
            continue
        features = [each for each in _FULL if each in told.get("features", {})][:1]
        found[name] = f'{{ version = "*", features = {json.dumps(features)} }}'
    return found


def _resolved(bench: Path, dependencies: dict[str, str]) -> dict[str, str]:
    """The dependencies without those that the folder cannot supply with all they need."""
    while dependencies:
        lines = "".join(f"{name} = {how}\n" for name, how in sorted(dependencies.items()))
        (bench / "Cargo.toml").write_text(_MANIFEST + lines, "utf-8")
        (bench / "Cargo.lock").unlink(missing_ok=True)
        done = subprocess.run(
            ["cargo", "generate-lockfile", "--offline"],
            cwd=bench, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return dependencies
        blamed = [name for match in _BLAMED.finditer(done.stderr) for name in match.groups() if name]
        drop = [name for name in blamed if name in dependencies]
        named = [name for name in dependencies if f"`{name}`" in done.stderr or f"`{name} v" in done.stderr]
        if not drop and not named:
            raise SourceError(f"cargo cannot put the crates together: {done.stderr.strip()}")
        gone = (drop or named)[-1]
        print(f"without {gone}", file=sys.stderr)
        dependencies = {name: how for name, how in dependencies.items() if name != gone}
    raise SourceError(f"No crate in {bench} can be put together.")


def _crate(call: dict[str, object], folder: Path, cache: Path) -> Crate | None:
    """The crate of a recorded call; None for build scripts and for what did not compile."""
    argv = tuple(str(each) for each in call["argv"])  # type: ignore[attr-defined]
    env = {str(key): str(value) for key, value in dict(call["env"]).items()}  # type: ignore[call-overload]
    root = Path(env.get("CARGO_MANIFEST_DIR", ""))
    if "build_script_build" in argv or not root.is_relative_to(folder):
        return None
    out = argv[argv.index("--out-dir") + 1]
    name = argv[argv.index("--crate-name") + 1]
    suffix = next((each[15:] for each in argv if each.startswith("extra-filename=")), "")
    listed = Path(out, f"{name}{suffix}.d")
    if name.startswith("build_script") or not listed.exists():
        return None
    edition = next((each[10:] for each in argv if each.startswith("--edition=")), "2015")
    return Crate(
        name=env["CARGO_PKG_NAME"],
        version=env["CARGO_PKG_VERSION"],
        root=root,
        edition=edition,
        command=argv,
        env=env,
        sources=tuple(_sources(listed.read_text("utf-8"), root)),
        scratch=cache / "scratch" / str(os.getpid()),
    )


def _sources(listed: str, root: Path) -> Iterable[Path]:
    """The crate's own Rust files that a dependency file names as targets without a rule."""
    for line in listed.splitlines():
        if line.endswith(".rs:"):
            path = root / line[:-1].replace("\\ ", " ")
            if path.is_relative_to(root) and ".." not in path.parts and path.is_file():
                yield path.relative_to(root)
