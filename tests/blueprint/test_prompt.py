from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runtime.blueprint.prompt import PromptError, Template, TemplateFolder, builtin_values


@pytest.fixture
def folder(tmp_path: Path) -> TemplateFolder:
    (tmp_path / "tone.j2").write_text("Be brief, {{ guest }}.")
    (tmp_path / "circle.j2").write_text("{% include 'circle.j2' %}")
    (tmp_path / "broken.j2").write_text("{% if %}")
    (tmp_path / "latin1.j2").write_bytes(b"\xe4")
    (tmp_path.parent / "outside.j2").write_text("secret")
    return TemplateFolder(tmp_path, ["guest", "long"])


def compile_text(folder: TemplateFolder, text: str) -> Template:
    for mistake in folder.mistakes(text):
        raise mistake
    return folder.compile(text)


def render(folder: TemplateFolder, text: str, **values: object) -> str:
    return compile_text(folder, text).render({"guest": "Ada", "long": "x" * 100_000, **values})


def test_values_are_filled_in(folder: TemplateFolder) -> None:
    assert render(folder, "Hello {{ guest | upper }}.") == "Hello ADA."


def test_a_file_beside_the_spec_can_be_included(folder: TemplateFolder) -> None:
    assert render(folder, 'Hi. {% include "tone.j2" %}') == "Hi. Be brief, Ada."


def test_an_included_file_is_read_once_and_never_again(folder: TemplateFolder, tmp_path: Path) -> None:
    template = compile_text(folder, '{% include "tone.j2" %}')
    (tmp_path / "tone.j2").write_text("changed")
    assert template.render({"guest": "Ada"}) == "Be brief, Ada."


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("one\n{{ gest }}", 2, "'gest' is not declared"),
        ("one\ntwo {% if %}", 2, "xpected"),
        ("{{ guest ", 1, "unexpected"),
        ('{% include "broken.j2" %}', 1, "xpected"),
        ('{% include "missing.j2" %}', 1, "cannot be read"),
        ('{% include "latin1.j2" %}', 1, "UTF-8"),
        ('{% include "../outside.j2" %}', 1, "outside the agents folder"),
        ("{% include guest %}", 1, "name its file"),
    ],
)
def test_what_cannot_work_is_refused_while_compiling(folder: TemplateFolder, text: str, line: int, says: str) -> None:
    with pytest.raises(PromptError, match=says) as refused:
        compile_text(folder, text)
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
        ("{{ range(10**9) | list }}", "numbers below a million|at most 1000"),
        ("{{ range(99999) | list }}", "at most 1000"),
        ("{{ 'a' | center(10**9) }}", "No filter named 'center'"),
        ("{{ lipsum(100000) }}", "'lipsum' is not declared"),
        ("{{ cycler('a') }}", "'cycler' is not declared"),
        (
            "{% for a in range(90) %}{% for b in range(90) %}" + "abc" * 99 + "{% endfor %}{% endfor %}",
            "longer than 256000",
        ),
        ("{% for a in range(999) %}{% for b in range(99) %}{% endfor %}{% endfor %}", "at most 10000 times"),
        ("{% for a in long %}{% endfor %}", "at most 1000 items"),
        ("{{ long ~ long ~ long }}", "at most 256000 characters"),
        ("{{ long + long + long }}", "at most 256000 characters"),
        ("{{ long | replace('x', long) }}", "at most 256000 characters"),
        ("{{ long | join(long) }}", "at most 256000 characters"),
        ("{% set a = long %}" + "{% set a = a ~ a %}" * 30, "at most 256000 characters"),
        (
            "{% set a %}{{ long }}{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 30,
            "at most 256000 characters",
        ),
        ("{{ 1 | round(3000000, 'ceil') }}", "at most 100 digits"),
        ("{{ (5).to_bytes(2000000000, 'big') }}", "unsafe"),
        ("{% set x %}{% for a in range(9) %}{% endfor %}{% endset %}", "cannot stand inside a set or filter"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply"),
        ("{{ guest" + " + guest" * 5000 + " }}", "nested too deeply"),
        ("{% if guest %}" * 200 + "{% endif %}" * 200, "nested too deeply"),
        ("{% for a in guest %}{% for b in guest %}{% for c in guest %}{% endfor %}{% endfor %}{% endfor %}", "2 deep"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "macro is not available"),
        ("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "cannot be recursive"),
        ("{% extends 'tone.j2' %}", "extends is not available"),
        ("{% include 'circle.j2' %}", "include each other: circle.j2 → circle.j2"),
        ("{{ guest.ljust(10**9) }}", "unsafe"),
        ("{{ '{:999999999}'.format(1) }}", "unsafe"),
        ("{{ '%99999999d' | format(1) }}", "No filter named 'format'"),
        ("{{ [1] | batch(10**9, 'x') | list }}", "No filter named 'batch'"),
        ("{{ 9 ** 999 }}", "at most 100"),
        ("{{ missing.attribute }}", "'missing' is not declared"),
        ("{{ guest.nothing }}", "no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_template_reaches_nothing_and_costs_little(folder: TemplateFolder, text: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        render(folder, text)


def test_arithmetic_is_still_there(folder: TemplateFolder) -> None:
    assert render(folder, "{{ 3 * 4 + 2 ** 3 - 10 % 3 }}") == "19"


def test_what_is_bounded_still_works(folder: TemplateFolder) -> None:
    text = "{% for n in range(3) %}{{ n ~ ',' }}{% else %}none{% endfor %}{{ 'a b' | replace(' ', '-') + '!' }}"
    assert render(folder, text) == "0,1,2,a-b!"
    assert render(folder, "{{ 2.567 | round(1) }} {{ [1, 2] | join('+') }} {{ [3] + [4] }}") == "2.6 1+2 [3, 4]"
    assert render(folder, "{{ 5 | round }} {{ [1, 2] | join(0) }}") == "5 102"
    assert render(folder, "{% set a %}ada{% endset %}{% set b | upper %}{{ a }}!{% endset %}{{ b }}") == "ADA!"
    assert render(folder, "{% for n in range(5) if n is odd %}{{ loop.index }}{{ n }} {% endfor %}") == "11 23 "


def test_text_that_came_in_as_a_value_is_not_a_template(folder: TemplateFolder) -> None:
    assert compile_text(folder, "{{ guest }}").render({"guest": "{{ 7 * 7 }}"}) == "{{ 7 * 7 }}"


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
