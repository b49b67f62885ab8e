from pathlib import Path

import pytest

from runtime.tools.paths import ToolPaths, is_folder, tool_paths


def test_folders_and_packages_are_told_apart() -> None:
    paths = tool_paths(Path("agents.d"), ["./shared", "hotel", "/opt/tools", "..", "hotel.rooms"])
    assert paths == ToolPaths(
        Path("agents.d"), (Path("shared"), Path("/opt/tools"), Path("..")), ("hotel", "hotel.rooms")
    )
    assert paths.every_folder[0] == Path("agents.d")


@pytest.mark.parametrize(
    ("module", "allowed"), [("hotel", True), ("hotel.rooms", True), ("hotels", False), ("os", False), ("", False)]
)
def test_a_package_allows_what_is_below_it(module: str, allowed: bool) -> None:
    assert ToolPaths(Path(), packages=("hotel",)).allows(module) == allowed


def test_a_home_is_a_folder() -> None:
    assert is_folder("~/tools")
    assert not is_folder("tools")
