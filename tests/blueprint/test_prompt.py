from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runtime.blueprint.prompt import PromptError, TemplateFolder, builtin_values


@pytest.fixture
def folder(tmp_path: Path) -> TemplateFolder:
    (tmp_path / "tone.j2").write_text("Be brief, {{ guest }}.")
    (tmp_path / "broken.j2").write_text("{% if %}")
    (tmp_path / "latin1.j2").write_bytes(b"\xe4")
    (tmp_path.parent / "outside.j2").write_text("secret")
    return TemplateFolder(tmp_path, ["guest"])


def render(folder: TemplateFolder, text: str, **values: object) -> str:
    return folder.compile(text).render({"guest": "Ada", **values})


def test_values_are_filled_in(folder: TemplateFolder) -> None:
    assert render(folder, "Hello {{ guest | upper }}.") == "Hello ADA."


def test_a_file_beside_the_spec_can_be_included(folder: TemplateFolder) -> None:
    assert render(folder, 'Hi. {% include "tone.j2" %}') == "Hi. Be brief, Ada."


def test_an_included_file_is_read_once_and_never_again(folder: TemplateFolder, tmp_path: Path) -> None:
    template = folder.compile('{% include "tone.j2" %}')
    (tmp_path / "tone.j2").write_text("changed")
    assert template.render({"guest": "Ada"}) == "Be brief, Ada."


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("one\n{{ gest }}", 2, "'gest', which is not declared"),
        ("one\ntwo {% if %}", 2, "xpected"),
        ("{{ guest ", 1, "unexpected"),
        ('{% include "broken.j2" %}', 1, "xpected"),
        ('{% include "missing.j2" %}', 0, "cannot be read"),
        ('{% include "latin1.j2" %}', 0, "UTF-8"),
        ('{% include "../outside.j2" %}', 0, "outside the agents folder"),
        ("{% include guest %}", 0, "name its file"),
    ],
)
def test_what_cannot_work_is_refused_while_compiling(folder: TemplateFolder, text: str, line: int, says: str) -> None:
    with pytest.raises(PromptError, match=says) as refused:
        folder.compile(text)
    assert refused.value.line == line
    assert refused.value.file == ("broken.j2" if "broken" in text else "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ guest.__init__.__globals__ }}", "unsafe"),
        ("{{ 'a' * 10**9 }}", "numbers below a million"),
        ("{{ 10 ** 999999999 }}", "numbers below a million"),
        ("{{ '%1000000000d' % 1 }}", "numbers below a million"),
        ("{{ range(10**9) | list }}", "numbers below a million|at most 10000"),
        ("{{ range(99999) | list }}", "at most 10000"),
        ("{{ 'a' | center(10**9) }}", "No filter named 'center'"),
        ("{{ lipsum(100000) }}", "'lipsum', which is not declared"),
        ("{{ cycler('a') }}", "'cycler', which is not declared"),
        ("{% for a in range(9999) %}{% for b in range(99) %}abc{% endfor %}{% endfor %}", "longer than 256000"),
        ("{{ missing.attribute }}", "'missing', which is not declared"),
        ("{{ guest.nothing }}", "no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_template_reaches_nothing_and_costs_little(folder: TemplateFolder, text: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        render(folder, text)


def test_arithmetic_is_still_there(folder: TemplateFolder) -> None:
    assert render(folder, "{{ 3 * 4 + 2 ** 3 - 10 % 3 }}") == "19"


def test_text_that_came_in_as_a_value_is_not_a_template(folder: TemplateFolder) -> None:
    assert folder.compile("{{ guest }}").render({"guest": "{{ 7 * 7 }}"}) == "{{ 7 * 7 }}"


def test_every_template_sees_the_clock_of_its_agent() -> None:
    values = builtin_values(
        zone=ZoneInfo("Asia/Tokyo"),
        zone_name="Asia/Tokyo",
        agent="ada",
        session_id="s",
        now=datetime(2026, 1, 1, 16, 30, tzinfo=UTC),
    )
    assert values == {
        "now": "2026-01-02T01:30:00+09:00",
        "date": "2026-01-02",
        "time": "01:30",
        "weekday": "Friday",
        "timezone": "Asia/Tokyo",
        "agent": "ada",
        "session_id": "s",
    }
