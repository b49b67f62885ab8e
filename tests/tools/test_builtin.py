import pytest

from runtime.errors import ToolError
from runtime.tools.builtin import END_CALL, bind
from runtime.tools.context import Call, Caller
from runtime.tools.declaration import Terms


async def test_a_tool_of_the_runtime_describes_itself() -> None:
    tool = bind(Terms("goodbye", 5), END_CALL)
    assert tool.declaration.name == "goodbye"
    assert "hang up" in tool.declaration.description
    assert tool.declaration.examples
    assert tool.objection({"whatever": 1}) == ""
    assert (await tool.call({}, Call(Caller())))["status"] == "ending"
    assert tool.sources == ()


def test_a_spec_may_say_it_in_its_own_words() -> None:
    tool = bind(Terms("adeus", 5, "Desliga.", examples=("adeus",)), END_CALL)
    assert (tool.declaration.description, tool.declaration.examples) == ("Desliga.", ("adeus",))


def test_parameters_of_a_spec_would_be_of_no_use() -> None:
    with pytest.raises(ToolError, match="remove `parameters`"):
        bind(Terms("leave", 5, parameters={"type": "object"}), END_CALL)
