"""Builds the front ends when kg is installed, where Node is; where it is not, kg is installed without them and says so.

Hatchling runs this for wheels and for editable installs. It is no part of the installed package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Folders with a package.json whose ``npm ci`` builds what the package needs; those that are not there are passed over.
FRONT_ENDS = ("kg/export/page", "kg/web/frontend")
_SECONDS = 600


class FrontEndHook(BuildHookInterface):
    """Runs ``npm ci``, which builds too, in every front end's folder."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what can be built; nothing here makes an installation fail. ``KG_NO_NODE=1`` skips it."""
        if os.environ.get("KG_NO_NODE") or self.target_name != "wheel":
            return
        npm = shutil.which("npm")
        for name in FRONT_ENDS:
            folder = Path(self.root) / name
            if not (folder / "package-lock.json").is_file():
                continue
            if npm is None:
                self.app.display_warning(f"no Node here: kg is installed without what {name} builds (npm ci there)")
                continue
            self._build(npm, folder, name)

    def _build(self, npm: str, folder: Path, name: str) -> None:
        command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            detail = str(getattr(error, "stderr", "") or error).strip().splitlines()
            self.app.display_warning(f"{name} was not built ({detail[-1] if detail else error}): run npm ci there")
