"""aiohttp is imported here before all that uses it, and refused in a version that is too old."""

from __future__ import annotations

import aiohttp

from ..wire.package_versions import check_version

check_version("aiohttp", aiohttp.__version__, "3.14.4")
