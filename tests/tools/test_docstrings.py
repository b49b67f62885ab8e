from __future__ import annotations

import inspect

import pytest

from runtime.tools.docstrings import read

GOOGLE = """Book a table.

    Only for guests of the house.

    Args:
        guests: How many people,
            children included.
        time (str): When.

    Returns:
        The booking's number.

    Raises:
        ToolError: The restaurant is full.
    """
NUMPY = """Book a table.

    Only for guests of the house.

    Parameters
    ----------
    guests : int
        How many people,
        children included.
    time : str
        When.

    Returns
    -------
    str
        The booking's number.
    """
SPHINX = """Book a table.

    Only for guests of the house.

    :param guests: How many people,
        children included.
    :param str time: When.
    :returns: The booking's number.
    """


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_each_style_gives_the_text_and_the_parameters(docstring: str) -> None:
    documentation = read(inspect.cleandoc(docstring))
    assert documentation.text == "Book a table.\n\nOnly for guests of the house."
    assert documentation.parameters == {"guests": "How many people, children included.", "time": "When."}


@pytest.mark.parametrize(
    ("docstring", "text"),
    [("", ""), ("One line.", "One line."), ("Two\nlines.", "Two\nlines.")],
)
def test_what_is_not_said_is_empty(docstring: str, text: str) -> None:
    assert read(docstring).text == text
