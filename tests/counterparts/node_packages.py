"""Counterparts that are packages for Node, pinned with hashes by a lock of their own. The first use needs a network once."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.front_ends import node


def install(folder: Path, *, built: Sequence[str] = ()) -> None:
    """Exactly what the lock in `folder` says, unless that is there already. Scripts of packages don't run, but of those `built`, which
    are compiled here.
    """
    done = folder / "node_modules" / ".installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if done.is_file() and done.read_text() == wanted:
        return
    program = node()
    script = program.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    npm = [str(program), str(script)] if script.is_file() else ["npm"]
    environment = dict(os.environ, CI="1", PATH=f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}")
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    if built:
        headers = program.parent.parent
        own = {"npm_config_nodedir": str(headers)} if (headers / "include/node").is_dir() else {}
        subprocess.run([*npm, "rebuild", *built], cwd=folder, env={**environment, **own}, check=True)
    done.write_text(wanted)
