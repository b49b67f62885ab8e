"""Where settings come from, which one wins, and how a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.blueprint.roles import PROVIDERS as BLUEPRINT_PROVIDERS
from runtime.errors import UsageError
from runtime.server.settings import LOG_LEVELS, PROVIDERS, ServerSettings, load_settings
from runtime.server.settings_file import UNSUPPORTED, SettingsFileError
from runtime.spec.problem import render
from runtime.spec.schema import load_schema


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with an empty agents folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agents.d").mkdir()
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "callboard.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.usefixtures("here")
def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings({}, {}, None)
    assert settings == ServerSettings("127.0.0.1", 8080, Path("agents.d"), "auto", "warning")


def test_a_flag_wins_over_the_environment_and_that_over_the_file(here: Path) -> None:
    file = write(here, "host: filehost\nport: 1\nprovider: local\nlog: {level: info}\n")
    env = {"CALLBOARD_HOST": "envhost", "CALLBOARD_PORT": "2"}
    settings = load_settings({"host": "flaghost", "port": None}, env, file)
    assert (settings.host, settings.port, settings.provider, settings.log_level) == ("flaghost", 2, "local", "info")


def test_the_references_endpoint_is_behind_our_own_variables_and_before_the_file(here: Path) -> None:
    file = write(here, "host: filehost\nport: 1\n")
    env = {"VOICE_WS_ENDPOINT": "ws://seed:9001"}
    assert (load_settings({}, env, file).host, load_settings({}, env, file).port) == ("seed", 9001)
    assert load_settings({}, env | {"CALLBOARD_PORT": "7"}, file).port == 7
    assert load_settings({"port": "8"}, env, file).port == 8
    assert load_settings({"port": "8"}, env, file).host == "seed"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("ws://localhost", ("localhost", 8080)),
        ("wss://voice.example:0/any", ("voice.example", 0)),
        ("ws://[::1]:99", ("::1", 99)),
    ],
)
def test_the_references_endpoint_is_read_as_the_reference_reads_it(endpoint: str, expected: tuple[str, int]) -> None:
    settings = load_settings({}, {"VOICE_WS_ENDPOINT": endpoint}, None)
    assert (settings.host, settings.port) == expected


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("endpoint", ["localhost:8080", "ws://", "http://a:1", "ws://a:port", "ws://a:70000"])
def test_an_endpoint_that_is_none_is_told(endpoint: str) -> None:
    with pytest.raises(UsageError, match=r"^VOICE_WS_ENDPOINT is not an address such as ws://127.0.0.1:8080\.$"):
        load_settings({}, {"VOICE_WS_ENDPOINT": endpoint}, None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("flags", "env", "message"),
    [
        ({"port": "abc"}, {}, "--port: 'abc' is not a port, a number from 0 to 65535."),
        ({}, {"CALLBOARD_PORT": "65536"}, "CALLBOARD_PORT: '65536' is not a port, a number from 0 to 65535."),
        ({"port": "-1"}, {}, "--port: '-1' is not a port, a number from 0 to 65535."),
        ({"provider": "opneai"}, {}, "--provider: 'opneai' is not one of auto, openai, local."),
        (
            {"log_level": "loud"},
            {},
            "--log-level: 'loud' is not one of debug, info, warning, error, critical.",
        ),
        (
            {"host": "ws://x"},
            {},
            "--host: 'ws://x' is not a host name or address, such as 127.0.0.1 or 0.0.0.0.",
        ),
        ({}, {"CALLBOARD_WORKERS": "4"}, "CALLBOARD_WORKERS is set, but workers is not supported yet. Unset it."),
        (
            {"agents": "nowhere"},
            {},
            "The agents folder nowhere does not exist. Name the folder of your specs with --agents DIR.",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_its_source(
    flags: dict[str, str], env: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings(flags, env, None)
    assert str(caught.value) == message


def test_a_file_in_place_of_the_agents_folder_is_told(here: Path) -> None:
    (here / "one.yaml").touch()
    with pytest.raises(UsageError, match=r"^The agents folder one\.yaml is not a folder\."):
        load_settings({"agents": "one.yaml"}, {}, None)


@pytest.mark.usefixtures("here")
def test_an_empty_variable_counts_as_none_and_case_does_not_matter() -> None:
    env = {"CALLBOARD_PORT": "", "CALLBOARD_WORKERS": "", "VOICE_WS_ENDPOINT": "", "CALLBOARD_LOG_LEVEL": "DEBUG"}
    settings = load_settings({}, env, None)
    assert (settings.port, settings.log_level) == (8080, "debug")


@pytest.mark.usefixtures("here")
def test_brackets_around_an_ipv6_address_are_taken_off() -> None:
    assert load_settings({"host": "[::1]"}, {}, None).host == "::1"


@pytest.mark.usefixtures("here")
def test_the_environment_is_kept_and_not_shown() -> None:
    settings = load_settings({}, {"OPENAI_API_KEY": "sk-secret"}, None)
    assert settings.env["OPENAI_API_KEY"] == "sk-secret"
    assert "sk-secret" not in repr(settings)


def test_the_agents_folder_of_the_file_is_relative_to_the_file(here: Path) -> None:
    (here / "etc" / "personas").mkdir(parents=True)
    file = write(here / "etc", "agents: personas\n")
    assert load_settings({}, {}, file).agents == here / "etc" / "personas"


@pytest.mark.parametrize("file", ["callboard.yaml", "etc/callboard.yaml"])
def test_a_tool_path_that_begins_with_a_dot_is_a_folder_beside_the_file(here: Path, file: str) -> None:
    (here / file).parent.joinpath("shared").mkdir(parents=True)
    (here / file).write_text("tool_paths: [./shared, hotel]\n")
    folder = str((here / file).parent / "shared")
    assert load_settings({}, {}, Path(file)).tool_paths == (folder, "hotel")


def test_a_tool_path_that_is_no_folder_is_told(here: Path) -> None:
    file = write(here, "tool_paths: [./shared]\n").relative_to(here)
    with pytest.raises(UsageError, match=r"^callboard\.yaml: the tool path .*/shared does not exist\.$"):
        load_settings({}, {}, file)
    (here / "shared").touch()
    with pytest.raises(UsageError, match=r"^callboard\.yaml: the tool path .*/shared is not a folder\.$"):
        load_settings({}, {}, file)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "x-note: mine\n"])
def test_a_file_without_settings_changes_nothing(here: Path, text: str) -> None:
    assert load_settings({}, {}, write(here, text)) == ServerSettings()


def problems_of(file: Path) -> list[str]:
    with pytest.raises(SettingsFileError) as caught:
        load_settings({}, {}, file)
    assert "\n" not in str(caught.value)
    return [render(problem) for problem in caught.value.problems]


def test_mistakes_in_the_file_are_shown_at_their_places(here: Path) -> None:
    first, second = problems_of(write(here, "host: localhost\nprot: 80\nprovider: locla\n"))
    assert first.splitlines() == [
        "callboard.yaml:2:1: error[unknown-key]: unknown key 'prot'",
        "2 | prot: 80",
        "  | ^^^^",
        "  = help: did you mean 'port'?",
    ]
    assert second.startswith("callboard.yaml:3:11: error[bad-value]: provider cannot be 'locla'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port: 80a\n", "callboard.yaml:1:7: error[wrong-type]: port must be a whole number, not text"),
        ("port: 70000\n", "callboard.yaml:1:7: error[bad-value]: port cannot be 70000"),
        ("- a\n", "callboard.yaml:1:1: error[wrong-type]: the file must hold settings"),
        ("host: [\n", "callboard.yaml:1:8: error[yaml]"),
        ("log: loud\n", "callboard.yaml:1:6: error[wrong-type]: log must be a mapping, not text"),
    ],
)
def test_every_kind_of_mistake_in_the_file_is_a_problem(here: Path, text: str, expected: str) -> None:
    assert problems_of(write(here, text))[0].startswith(expected)


def test_a_file_that_cannot_be_read_is_a_problem(here: Path) -> None:
    (here / "callboard.yaml").mkdir()
    (problem,) = problems_of(here / "callboard.yaml")
    assert problem.startswith("callboard.yaml: error[unreadable]")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("workers: 4\n", "workers"),
        ("auth: {tokens: [a]}\n", "auth"),
        ("limits: {max_sessions: 3}\n", "limits"),
        ("allowed_origins: [https://a.example]\n", "allowed_origins"),
        ("trusted_proxies: [10.0.0.0/8]\n", "trusted_proxies"),
        ("admin: {host: h, port: 1, token: t}\n", "admin"),
        ("drain_seconds: 3\n", "drain_seconds"),
        ("reload: {poll_ms: 500, settle_ms: 200}\n", "reload"),
        ("log: {format: json}\n", "format"),
    ],
)
def test_what_is_not_supported_yet_is_refused_rather_than_ignored(here: Path, text: str, key: str) -> None:
    (problem,) = problems_of(write(here, text))
    assert f"error[not-supported-yet]: {key} is not supported yet" in problem
    assert "= help: " in problem


def test_the_schema_and_the_code_agree() -> None:
    properties = load_schema("server")["properties"]
    defaults = ServerSettings()
    assert properties["provider"]["enum"] == list(PROVIDERS) == list(BLUEPRINT_PROVIDERS)
    assert properties["log"]["properties"]["level"]["enum"] == list(LOG_LEVELS)
    assert properties["log"]["properties"]["level"]["default"] == defaults.log_level
    for key in ("host", "port", "provider", "agents"):
        assert properties[key]["default"] == getattr(defaults, key) or key == "agents"
    assert Path(properties["agents"]["default"]) == defaults.agents
    read = {("host",), ("port",), ("agents",), ("provider",), ("tool_paths",), ("log", "level")}
    named = {(key,) for key in properties if key != "log"} | {("log", key) for key in properties["log"]["properties"]}
    assert named == read | set(UNSUPPORTED)


def test_every_key_of_the_schema_is_described() -> None:
    def undescribed(schema: dict[str, object], path: str) -> list[str]:
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        found = [] if schema.get("description") else [path]
        return found + [each for key, value in properties.items() for each in undescribed(value, f"{path}.{key}")]

    assert undescribed(load_schema("server"), "") == []
