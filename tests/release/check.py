#!/usr/bin/env python3
"""Holds what makes a release against what it promises: versions, changes, archives, formula, workflows, image.

Needs Python and git alone. What a machine lacks beyond that, a line that begins with `skipped:` says.
"""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PLATFORMS = ("linux-x86_64", "linux-arm64", "macos-x86_64", "macos-arm64")
# What versions are read from and written to.
VERSIONED = re.compile(r"scripts/.*|CHANGELOG\.md|(.*/)?Cargo\.(toml|lock)")
# In copies nobody's settings have a part.
COPIES = {
    **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a test",
    "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "a test", "GIT_COMMITTER_EMAIL": "test@example.com",
}
sys.dont_write_bytecode = True


class Skipped(Exception):
    """What is not on this machine."""


def ran(*command, cwd=ROOT, fails=False, stdin=None):
    """What a command prints; with `fails`, what it says when it refuses."""
    done = subprocess.run(command, cwd=cwd, env=None if cwd == ROOT else COPIES, input=stdin, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    shown = " ".join(map(str, command))
    assert (done.returncode != 0) == fails, f"{shown} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stderr if fails else done.stdout


def tool(name):
    if shutil.which(name) is None:
        raise Skipped(f"there is no {name}")
    return name


def script(name):
    """A script of the project as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def copy_of_checkout(folder, more_changes, files=VERSIONED):
    """The files as they are now, with more in the changelog, as a repository with one commit."""
    listed = ran("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file() and files.fullmatch(name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    changes = folder / "CHANGELOG.md"
    head, newest, rest = changes.read_text().partition("\n## ")
    changes.write_text(head + "\n" + more_changes + newest.lstrip("\n") + rest)
    ran("git", "init", "--quiet", "--initial-branch", "main", cwd=folder)
    ran("git", "add", "--all", cwd=folder)
    ran("git", "commit", "--quiet", "--message", "all", cwd=folder)
    return folder


def runs(workflow):
    """The shell of each `run:` of a workflow."""
    lines = workflow.read_text().splitlines()
    found = []
    for number, line in enumerate(lines):
        match = re.match(r"( *)(- )?run: (.*)$", line)
        if not match:
            continue
        if match[3] != "|":
            found.append(match[3])
            continue
        depth, block = len(match[1]) + len(match[2] or ""), []
        for following in lines[number + 1 :]:
            if following.strip() and len(following) - len(following.lstrip()) <= depth:
                break
            block.append(following)
        indent = min(len(text) - len(text.lstrip()) for text in block if text.strip())
        found.append("\n".join(text[indent:] for text in block).rstrip() + "\n")
    return found


def jobs(workflow):
    """The text of each job of a workflow."""
    _, _, text = workflow.read_text().partition("\njobs:\n")
    parts = re.split(r"^  (\w+):\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def image_commands():
    """The instructions of the Dockerfile, a line each."""
    text = re.sub(r"^#.*\n", "", (ROOT / "images/Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def test_version_and_changes_agree(scratch):
    ran("scripts/release", "--check")


def test_a_dry_run_shows_the_release_and_changes_nothing(scratch):
    here = copy_of_checkout(scratch, "## 90.1.2, not released yet\n\n- A thing.\n\n")
    shown = ran("scripts/release", "90.1.2", "--dry-run", cwd=here)
    for part in ("Cargo.toml: version = ", "Cargo.lock: version = ", "CHANGELOG.md: ## 90.1.2, not", "git tag", "git push"):
        assert part in shown, shown
    assert not ran("git", "status", "--porcelain", cwd=here)
    assert not ran("git", "tag", cwd=here)


def test_a_release_is_one_commit_and_one_tag(scratch):
    here = copy_of_checkout(scratch, "## 90.1.2, not released yet\n\n- A thing.\n\n")
    ran("scripts/release", "90.1.2", cwd=here)
    assert ran("git", "tag", "--points-at", "HEAD", cwd=here) == "v90.1.2\n"
    assert ran("git", "rev-list", "--count", "HEAD", cwd=here) == "2\n"
    assert not ran("git", "status", "--porcelain", cwd=here)
    assert re.match(r"90\.1\.2, \d{4}-\d\d-\d\d\n$", ran("scripts/release", "--check", "--tag", "v90.1.2", cwd=here))
    assert "the tag is v90.1.3" in ran("scripts/release", "--check", "--tag", "v90.1.3", cwd=here, fails=True)
    # Only versions and one title change.
    changed = ran("git", "show", "--format=", "--unified=0", cwd=here).splitlines()
    added = {line for line in changed if line.startswith("+") and not line.startswith("+++")}
    assert {line for line in added if not line.startswith("+## ")} == {'+version = "90.1.2"'}, added
    again = ran("scripts/release", "90.1.2", cwd=here, fails=True)
    assert "there is a tag v90.1.2" in again, again


def test_cargo_takes_the_lock_file_of_a_release(scratch):
    tool("cargo")
    # Cargo looks for the sources of each crate.
    here = copy_of_checkout(scratch, "## 90.1.2, not released yet\n\n- A thing.\n\n",
                            re.compile(r".*\.(rs|toml|lock|md)|scripts/.*"))
    offline = ("cargo", "metadata", "--locked", "--offline", "--format-version", "1")
    try:
        ran(*offline, cwd=here)
    except AssertionError:
        raise Skipped("cargo does not have the dependencies here") from None
    ran("scripts/release", "90.1.2", cwd=here)
    ran(*offline, cwd=here)


def test_a_release_is_refused_that_would_not_be_true(scratch):
    here = copy_of_checkout(scratch, "## 90.1.2, not released yet\n\n## 90.1.1, not released yet\n\n- A thing.\n\n")
    for version, why in (
        ("1.2", "is no version"),
        ("90.1.2", "says nothing about 90.1.2"),
        ("90.1.1", "not the newest"),
        ("90.1.3", "has no section"),
    ):
        said = ran("scripts/release", version, cwd=here, fails=True)
        assert why in said, said
    manifest = here / "Cargo.toml"
    manifest.write_text(re.sub(r'^version = ".*"', 'version = "90.0.0"', manifest.read_text(), flags=re.MULTILINE))
    assert "has no section" in ran("scripts/release", "--check", cwd=here, fails=True)
    assert "not committed" in ran("scripts/release", "90.1.2", cwd=here, fails=True)


def test_notes_are_the_section_without_its_title(scratch):
    here = copy_of_checkout(scratch, "## 90.1.2, not released yet\n\n- A thing.\n- Another.\n\n")
    assert ran("scripts/release", "--notes", "90.1.2", cwd=here) == "- A thing.\n- Another.\n"
    assert "has no section" in ran("scripts/release", "--notes", "90.1.3", cwd=here, fails=True)


def formula(scratch, left_out=None):
    lines = (f"{number:064x}  sfc-1.2.3-{platform}.tar.gz\n" for number, platform in enumerate(PLATFORMS)
             if platform != left_out)
    (scratch / "SHA256SUMS").write_text("".join(lines))
    return ("scripts/formula", "--version", "1.2.3", "--repository", "owner/name", "--checksums", scratch / "SHA256SUMS")


def test_the_formula_has_each_platforms_archive_with_its_checksum(scratch):
    text = ran(*formula(scratch))
    for number, platform in enumerate(PLATFORMS):
        url = f'url "https://github.com/owner/name/releases/download/v1.2.3/sfc-1.2.3-{platform}.tar.gz"\n'
        assert re.search(re.escape(url) + rf' +sha256 "{number:064x}"', text), text
    for platform in PLATFORMS:
        assert f"no checksum for sfc-1.2.3-{platform}" in ran(*formula(scratch, platform), fails=True)


def test_the_formula_is_ruby(scratch):
    tool("ruby")
    (scratch / "sfc.rb").write_text(ran(*formula(scratch)))
    ran("ruby", "-c", scratch / "sfc.rb")


def test_an_archive_has_the_files_of_its_wheel(scratch):
    wheel = script("wheel").Wheel(scratch / "sfc-1.2.3-py3-none-manylinux_2_28_aarch64.whl")
    wheel.add("sfc-1.2.3.data/scripts/sfc", b"program", executable=True)
    wheel.add("sfc-1.2.3.data/data/lib/sfc/libduckdb.so", b"library", executable=True)
    wheel.add("sfc-1.2.3.data/data/share/sfc/lambda-arm64.zip", b"lambda")
    wheel.add("sfc-1.2.3.dist-info/licenses/LICENSE", b"licence")
    wheel.add("sfc-1.2.3.dist-info/METADATA", b"for Python")
    wheel.finish("sfc-1.2.3.dist-info")
    command = ("scripts/archive", scratch / "sfc-1.2.3-py3-none-manylinux_2_28_aarch64.whl", "--out")
    first, second = (pathlib.Path(ran(*command, scratch / out).strip()) for out in ("one", "two"))
    assert first.name == "sfc-1.2.3-linux-arm64.tar.gz" and first.read_bytes() == second.read_bytes()
    shutil.unpack_archive(first, scratch / "unpacked")
    folder = scratch / "unpacked/sfc-1.2.3-linux-arm64"
    there = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert there == ["bin/sfc", "lib/sfc/libduckdb.so", "share/doc/sfc/LICENSE", "share/sfc/lambda-arm64.zip"], there
    assert os.access(folder / "bin/sfc", os.X_OK) and not os.access(folder / "share/doc/sfc/LICENSE", os.X_OK)
    for name, archive in (("macosx_11_0_x86_64", "macos-x86_64"), ("macosx_11_0_arm64", "macos-arm64")):
        other = scratch / f"sfc-1.2.3-py3-none-{name}.whl"
        zipfile.ZipFile(other, "w").close()
        assert ran("scripts/archive", other).endswith(f"sfc-1.2.3-{archive}.tar.gz\n")


def test_a_wheel_says_what_its_files_ask_for(scratch):
    wheel = script("wheel")

    def macho(*commands):
        return struct.pack("<8I", 0xFEEDFACF, 0, 0, 0, len(commands), 0, 0, 0) + b"".join(commands)

    old = macho(struct.pack("<4I", 0x24, 16, 10 << 16 | 12 << 8, 0))
    new = macho(struct.pack("<2I", 0x19, 8), struct.pack("<6I", 0x32, 24, 1, 13 << 16, 0, 0))
    minor = macho(struct.pack("<6I", 0x32, 24, 1, 13 << 16 | 3 << 8, 0, 0))
    assert (wheel.macos(old), wheel.macos(old, new), wheel.macos(minor)) == ((11, 0), (13, 0), (14, 0))
    start = 8 + 2 * 20
    both = struct.pack(">2I", 0xCAFEBABE, 2)
    both += struct.pack(">5I", 0x01000007, 0, start, len(old), 0)
    both += struct.pack(">5I", 0x0100000C, 0, start + len(old), len(new), 0) + old + new
    assert wheel.slice_of(both, "x86_64") == old and wheel.slice_of(both, "arm64") == new
    assert wheel.slice_of(b"\x7fELF", "x86_64") == b"\x7fELF"
    assert wheel.glibc(b"..GLIBC_2.5\0GLIBC_2.28\0GLIBC_2.4\0", b"") == (2, 28)


def test_workflows_use_actions_of_github_and_docker_by_version(scratch):
    assert WORKFLOWS
    for workflow in WORKFLOWS:
        text = workflow.read_text()
        for used in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"\./\S+|(actions|docker)/[\w/-]+@v\d+(\.\d+)*", used), f"{workflow.name}: {used}"
        checkouts = text.count("uses: actions/checkout@")
        assert text.count("persist-credentials: false") == checkouts, workflow.name


def test_jobs_may_do_what_they_must_and_no_more(scratch):
    (release,) = (workflow for workflow in WORKFLOWS if workflow.name == "release.yml")
    assert "\npermissions: {}\n" in release.read_text()
    writes = {}
    publishing = {name for name, text in jobs(release).items() if "github.ref_type == 'tag'" in text.split("    steps:")[0]}
    assert publishing == {"image", "release"}, publishing
    for name, text in jobs(release).items():
        assert "\n    permissions:\n" in text, name
        writes[name] = set(re.findall(r"^      ([\w-]+): write$", text, re.MULTILINE))
    attest = {"id-token", "attestations"}
    assert writes == {
        "version": set(), "tests": set(), "lambdas": set(), "wheels": set(),
        "files": attest, "image": attest | {"packages"}, "release": {"contents"},
    }, writes


def test_workflows_build_with_one_rust_that_is_new_enough(scratch):
    told = [re.findall(r"^  RUST: (\S+)$", workflow.read_text(), re.MULTILINE) for workflow in WORKFLOWS]
    (versions,) = {tuple(versions) for versions in told}
    (version,) = versions
    oldest = re.search(r'^rust-version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    assert [int(part) for part in version.split(".")] >= [int(part) for part in oldest.split(".")]


def test_the_shell_of_workflows_and_image_is_shell(scratch):
    for workflow in WORKFLOWS:
        blocks = runs(workflow)
        assert blocks, workflow.name
        for block in blocks:
            # What others may choose must not be pasted into a program.
            assert "${{" not in block, block
            ran("bash", "-n", stdin=block)
            for named in re.findall(r"(?<![\w./-])((?:scripts|tests)/[\w/-]+)", block):
                assert os.access(ROOT / named, os.X_OK), f"{workflow.name}: {named}"
    for command, rest in image_commands():
        if command == "RUN":
            ran("bash", "-n", stdin=rest)


def test_shellcheck_finds_nothing(scratch):
    tool("shellcheck")
    for workflow in WORKFLOWS:
        for block in runs(workflow):
            ran("shellcheck", "--shell", "bash", "-", stdin="set -eo pipefail\n" + block)
    for command, rest in image_commands():
        if command == "RUN":
            ran("shellcheck", "--shell", "sh", "-", stdin=rest)
    ran("shellcheck", "tests/release/try-wheel")


def test_actionlint_finds_nothing(scratch):
    ran(tool("actionlint"), *WORKFLOWS)


def written_by_sfc_ci(scratch):
    """The workflow that `sfc ci github` writes, as its golden file has it."""
    golden = (ROOT / "tests/snapshots/ci/small-github-sfc-small.yml.snap").read_text()
    _, _, text = golden.split("---\n", 2)
    workflow = scratch / "sfc.yml"
    workflow.write_text(text)
    return workflow


def test_the_shell_of_the_workflow_of_sfc_ci_is_shell(scratch):
    blocks = runs(written_by_sfc_ci(scratch))
    assert len(blocks) > 8, blocks
    for block in blocks:
        assert "${{" not in block, block
        ran("bash", "-n", stdin=block)
    # What the job `deploy` is given is what the comment of `sfc diff` ends with.
    (diff,) = (block for block in blocks if "sfc diff" in block)
    comment = "<!-- sfc: demo -->\n- `one`: `drop table a -- expect fedcba9876543210`\n`sfc deploy --yes --expect 0123456789abcdef` deploys this, and nothing else.\n"
    said, told = scratch / "said", scratch / "output"
    said.write_text(comment)
    program = f"sfc() {{ cat {said}; return 4; }}\nGITHUB_OUTPUT={told} GITHUB_STEP_SUMMARY=/dev/null\n{diff}"
    ran("bash", "-euo", "pipefail", cwd=scratch, stdin=program)
    assert told.read_text() == "deployment=0123456789abcdef\n"


def test_shellcheck_finds_nothing_in_the_workflow_of_sfc_ci(scratch):
    tool("shellcheck")
    for block in runs(written_by_sfc_ci(scratch)):
        ran("shellcheck", "--shell", "bash", "-", stdin="set -eo pipefail\n" + block)


def test_actionlint_finds_nothing_in_the_workflow_of_sfc_ci(scratch):
    ran(tool("actionlint"), written_by_sfc_ci(scratch))


def test_the_image_has_no_compiler_and_no_root(scratch):
    commands = image_commands()
    begin = max(number for number, (name, _) in enumerate(commands) if name == "FROM")
    last = commands[begin:]
    # Nothing runs in it while it is built: so it can be built for another processor, and nothing is installed.
    assert {name for name, _ in last} == {"FROM", "COPY", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}, last
    assert last[0][1] == "debian:bookworm-slim" and ("USER", "sfc") in last


def main():
    git = subprocess.run(["git", "rev-parse"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if git.returncode:
        print(f"skipped: what makes a release: {git.stderr.strip()}")
        return
    passed, failed, skipped = 0, 0, 0
    for name, test in sorted(globals().items()):
        if not name.startswith("test_"):
            continue
        shown = name[len("test_") :].replace("_", " ")
        with tempfile.TemporaryDirectory() as scratch:
            try:
                test(pathlib.Path(scratch))
                passed += 1
                print(f"ok: {shown}", flush=True)
            except Skipped as why:
                skipped += 1
                print(f"skipped: {shown}: {why}", flush=True)
            except Exception as error:
                failed += 1
                line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
                print(f"FAILED: {shown} (line {line}): {type(error).__name__}: {error}", flush=True)
    print(f"release: {passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
