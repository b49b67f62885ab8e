from __future__ import annotations

from typing import Any

import pytest

from runtime.errors import ToolError, ToolModuleError
from runtime.tools.functions import find
from tests.tools.conftest import Folder

MODULE = """
from __future__ import annotations
import asyncio
import functools
import subprocess
from functools import partial, wraps
from subprocess import run
from other import helper

def keeping(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

def losing(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

def plain(city: str, days: int = 1):
    "Weather of a city."
    return city

alias = plain
bound = partial(plain, days=3)
first = partial(plain, "Faro")
wrapped_bound = partial(keeping(plain), days=3)

@keeping
def kept(city: str):
    "Kept."

@functools.lru_cache
def cached(city: str):
    "Cached."

@losing
def lost(city: str): ...

def many(*cities: str): ...
def anything(**options: str): ...
def positional(city: str, /): ...
def unresolved(city: Cty): ...
def divided(city: 1 / 0): ...
def words():
    yield "a"
async def stream():
    yield "a"

class Client:
    def get(self, city: str): ...
    def __call__(self, city: str): ...

client = Client()
get = client.get
short = lambda city: city
system = __import__("os").getcwd
spread = print
foreign = keeping(subprocess.run)
number = 3
_hidden = plain
helper_bound = partial(helper, x=1)
"""


@pytest.fixture
def shop(folder: Folder) -> Folder:
    folder.write("pack/shop.py", MODULE)
    folder.write("other.py", "def helper(x: int): ...")
    return folder


@pytest.mark.parametrize(
    ("name", "parameters", "docstring"),
    [
        ("plain", ["city", "days"], "Weather of a city."),
        ("alias", ["city", "days"], "Weather of a city."),
        ("bound", ["city"], "Weather of a city."),
        ("wrapped_bound", ["city"], "Weather of a city."),
        ("first", ["days"], "Weather of a city."),
        ("kept", ["city"], "Kept."),
        ("cached", ["city"], "Cached."),
    ],
)
def test_functions_partials_and_decorated_functions_are_found(
    shop: Folder, name: str, parameters: list[str], docstring: str
) -> None:
    found = find(f"pack.shop:{name}", shop.paths)
    assert (list(found.parameters), found.docstring) == (parameters, docstring)


ELSEWHERE = (
    "write a function in `pack.shop` that calls it, or refer to where your own code defines it. "
    "A decorator needs `functools.wraps`"
)
EVERY = "give every parameter a name, so that the model can be told of it"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plan", "`pack.shop` has no function `plan`; did you mean `plain`?"),
        ("Client", "`pack.shop:Client` is a class; refer to a function, such as one that makes a `Client`"),
        ("number", "`pack.shop:number` is a value of type `int`; refer to a function"),
        ("short", "`pack.shop:short` is a lambda; write it with `def`, type hints and a docstring"),
        ("system", "`pack.shop:system` is built into Python; write a function of your own that uses it"),
        ("spread", "`pack.shop:spread` is built into Python; write a function of your own that uses it"),
        ("get", "`pack.shop:get` is a method; write a function with `def` that calls it"),
        (
            "client",
            "`pack.shop:client` is a callable `Client` object; write a function with `def` that calls it",
        ),
        ("run", f"`pack.shop:run` is defined in `subprocess`; {ELSEWHERE}"),
        ("foreign", f"`pack.shop:foreign` is defined in `subprocess`; {ELSEWHERE}"),
        ("wraps", f"`pack.shop:wraps` is defined in `functools`; {ELSEWHERE}"),
        ("helper", f"`pack.shop:helper` is defined in `other`; {ELSEWHERE}"),
        ("helper_bound", f"`pack.shop:helper_bound` is defined in `other`; {ELSEWHERE}"),
        ("words", "`pack.shop:words` yields values one by one; return them as a list"),
        ("stream", "`pack.shop:stream` yields values one by one; return them as a list"),
        ("many", f"parameter `*cities` of `pack.shop:many` takes any number of arguments; {EVERY}"),
        ("anything", f"parameter `**options` of `pack.shop:anything` takes arguments of any name; {EVERY}"),
        ("positional", f"parameter `city` of `pack.shop:positional` can only be given by position; {EVERY}"),
        ("lost", f"parameter `*args` of `pack.shop:lost` takes any number of arguments; {EVERY}"),
        (
            "unresolved",
            "the type hints of `pack.shop:unresolved` cannot be evaluated: name 'Cty' is not defined",
        ),
        ("divided", "the type hints of `pack.shop:divided` cannot be evaluated: ZeroDivisionError"),
    ],
)
def test_what_a_model_cannot_call_is_refused_with_what_would_be_right(shop: Folder, name: str, message: str) -> None:
    assert shop.refusal(f"pack.shop:{name}") == message


@pytest.mark.parametrize(
    ("name", "options", "place"),
    [
        ("many", {}, ("pack/shop.py", "def many")),
        ("words", {}, ("pack/shop.py", "def words")),
        ("helper", {}, ("other.py", "def helper")),
        ("kept", {"parameters": {"type": "object"}}, ("pack/shop.py", "@keeping\ndef kept")),
        ("get", {}, None),
        ("run", {}, None),
        ("plan", {}, None),
        ("plain", {"parameters": {"type": "string"}}, None),
    ],
)
def test_a_mistake_of_the_function_is_told_with_its_place(
    shop: Folder, name: str, options: dict[str, Any], place: tuple[str, str] | None
) -> None:
    with pytest.raises(ToolError) as caught:
        shop.bind(f"pack.shop:{name}", **options)
    error = caught.value
    if place is None:
        assert not isinstance(error, ToolModuleError)
        return
    assert isinstance(error, ToolModuleError)
    text = (shop.path / place[0]).read_text()
    assert (error.file, error.line) == (place[0], text[: text.index(place[1])].count("\n") + 1)


def test_a_function_that_says_nothing_or_has_no_type_hints_is_told_with_its_place(folder: Folder) -> None:
    folder.write("t.py", "\ndef mute(): ...\ndef bare(x):\n    'Bare.'")
    for name, line in (("mute", 2), ("bare", 3)):
        with pytest.raises(ToolModuleError) as caught:
            folder.bind(f"t:{name}")
        assert (caught.value.file, caught.value.line, caught.value.column) == ("t.py", line, 0)


def test_a_module_without_functions_says_so(folder: Folder) -> None:
    folder.write("empty.py", "import json\nfrom json import dumps\nclass A: ...\ndef _x(): ...")
    assert folder.refusal("empty:go") == "`empty` has no function `go`; it defines no function of its own"


def test_a_function_that_wraps_itself_is_looked_through_once(folder: Folder) -> None:
    folder.write("odd.py", "def loop(): ...\nloop.__wrapped__ = loop")
    assert folder.refusal("odd:loop") == "the type hints of `odd:loop` cannot be evaluated: ValueError"
