"""Instructions and first messages in files of their own."""

from __future__ import annotations

from pathlib import Path

from runtime.spec.document import parse
from runtime.spec.library import Library, Trail
from runtime.spec.model import TemplateSpec
from runtime.spec.templates import Templates, read_templates


def read(text: str, folder: Path) -> Templates:
    document, _ = parse("a.yaml", text, folder)
    assert document is not None
    return read_templates(document, document.data, Trail(Library(folder, ""), {}))


def test_text_in_the_spec_and_in_a_file_are_both_templates(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "ada.md").write_text("You are {{ agent }}.\n")
    result = read("instructions: {file: prompts/ada.md}\nfirst_message: Hello\n", tmp_path)
    assert result.problems == []
    assert result.texts == {
        "instructions": TemplateSpec("You are {{ agent }}.\n", "prompts/ada.md"),
        "first_message": TemplateSpec("Hello"),
    }


def test_a_file_that_links_out_of_the_folder_is_refused_and_one_that_links_inside_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "agents"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "in.md").write_text("inside")
    (tmp_path / "out.md").write_text("outside")
    (folder / "in.md").symlink_to("..data/in.md")
    (folder / "out.md").symlink_to("../out.md")
    result = read("instructions: {file: out.md}\nfirst_message: {file: in.md}\n", folder)
    assert [problem.code for problem in result.problems] == ["outside-folder"]
    assert result.texts == {"first_message": TemplateSpec("inside", "in.md")}


def test_an_absolute_path_and_one_that_cannot_be_are_findings(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    outside = read("instructions: {file: /etc/hostname}", tmp_path)
    loop = read("instructions: {file: loop}", tmp_path)
    zero = read('instructions: {file: "a\\0b"}', tmp_path)
    codes = [problem.code for result in (outside, loop, zero) for problem in result.problems]
    assert codes == ["outside-folder", "unreadable", "missing-file"]


def test_what_is_no_template_is_left_to_the_schema(tmp_path: Path) -> None:
    for text in ("a", "instructions: 3", "instructions: {file: 3}", "instructions: {file: ''}", "first_message: [x]"):
        result = read(text, tmp_path)
        assert result == Templates()
