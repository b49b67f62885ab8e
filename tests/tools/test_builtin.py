from runtime.tools.builtin import END_CALL, bind
from runtime.tools.context import Call, Caller


async def test_a_tool_of_the_runtime_describes_itself() -> None:
    tool = bind("goodbye", END_CALL, description="", timeout_ms=5, examples=())
    assert tool.declaration.name == "goodbye"
    assert "hang up" in tool.declaration.description
    assert tool.declaration.examples
    assert tool.objection({"whatever": 1}) == ""
    assert (await tool.call({}, Call(Caller())))["status"] == "ending"
    assert tool.sources == ()


def test_a_spec_may_say_it_in_its_own_words() -> None:
    tool = bind("adeus", END_CALL, description="Desliga.", timeout_ms=5, examples=("adeus",))
    assert (tool.declaration.description, tool.declaration.examples) == ("Desliga.", ("adeus",))
