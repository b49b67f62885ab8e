"""`check` and the server reach the same verdict, on every mistake of the golden suite."""

import shutil
from pathlib import Path

import pytest

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.catalog.build import Builder
from runtime.catalog.snapshot import Catalog
from runtime.cli.findings import examine
from runtime.providers.http.pool import HttpPool
from runtime.tools.threads import ToolThreads

GOLDEN = Path(__file__).parents[1] / "spec" / "golden"
CASES = sorted(path for path in GOLDEN.glob("*.yaml") if not path.name.startswith("_"))
ENV = {"OPENAI_API_KEY": "k"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_check_and_the_server_agree(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "agents.d"
    shutil.copytree(GOLDEN, folder, ignore=lambda _, names: [n for n in names if n.endswith(".yaml") and n[0] != "_"])
    shutil.copy(case, folder / case.name)
    for name in ("OPENAI_BASE_URL", "CALLBOARD_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.chdir(tmp_path)
    checked = examine(["agents.d"], None)
    server = Builder(Path("agents.d"), ENV, Workshop(Path("agents.d"), Providers(HttpPool(), ENV), ToolThreads()))
    served = Catalog(server.build()).current
    assert {(p.line, p.column, p.code, p.message) for p in checked.problems} == {
        (p.line, p.column, p.code, p.message) for p in served.problems
    }
    assert checked.failed == any(p.severity == "error" for p in served.problems)
