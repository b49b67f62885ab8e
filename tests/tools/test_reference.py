from __future__ import annotations

import pytest

from runtime.errors import ToolError
from runtime.tools.reference import Reference, parse


@pytest.mark.parametrize(
    ("text", "module", "function"),
    [
        ("weather:get", "weather", "get"),
        ("hotel_tools.weather:get_weather", "hotel_tools.weather", "get_weather"),
        ("a.b.c:größe", "a.b.c", "größe"),
    ],
)
def test_a_reference_is_a_module_and_a_function(text: str, module: str, function: str) -> None:
    assert parse(text) == Reference(module, function, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "hotel.weather.get",
            "`hotel.weather.get` names no function; write `package.module:function`, here `hotel.weather:get`",
        ),
        ("get", "`get` names no function; write `package.module:function`"),
        ("", "`` names no function; write `package.module:function`"),
        (
            "mod:client.get",
            "`client.get` in `mod:client.get` reaches into an object; "
            "name a function of the module itself, such as `mod:get`",
        ),
        ("mod:_get", "`_get` in `mod:_get` is private; refer to a name that does not start with `_`"),
        (
            "mod:__call__",
            "`__call__` in `mod:__call__` is private; refer to a name that does not start with `_`",
        ),
        (
            "__main__:get",
            "`__main__` in `__main__:get` is private; refer to a name that does not start with `_`",
        ),
        ("a._b:get", "`_b` in `a._b:get` is private; refer to a name that does not start with `_`"),
        ("mod:", "`` in `mod:` is not a Python name; write `package.module:function`"),
        (":get", "`` in `:get` is not a Python name; write `package.module:function`"),
        ("a..b:get", "`` in `a..b:get` is not a Python name; write `package.module:function`"),
        ("../a:get", "`` in `../a:get` is not a Python name; write `package.module:function`"),
        ("a-b:get", "`a-b` in `a-b:get` is not a Python name; write `package.module:function`"),
        ("a/b:get", "`a/b` in `a/b:get` is not a Python name; write `package.module:function`"),
        ("mod:class", "`class` in `mod:class` is not a Python name; write `package.module:function`"),
        ("a:b:c", "`b:c` in `a:b:c` is not a Python name; write `package.module:function`"),
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ToolError) as caught:
        parse(text)
    assert str(caught.value) == message
