import pytest

from runtime.conversation.graphemes import is_boundary, last_boundary


@pytest.mark.parametrize("cluster", ["e\u0301", "👩‍👩‍👧", "👍🏽", "🇵🇹", "कि", "ก้", "เก", "각", "☎️", "\r\n", "1️⃣"])
def test_what_a_reader_sees_as_one_is_never_divided(cluster: str) -> None:
    text = f"a{cluster}b"
    inside = range(2, 1 + len(cluster))
    assert not any(is_boundary(text, index) for index in inside)
    assert is_boundary(text, 1)
    assert is_boundary(text, 1 + len(cluster))


def test_flags_are_divided_between_their_pairs() -> None:
    assert [is_boundary("🇵🇹🇪🇸", index) for index in range(5)] == [True, False, True, False, True]


def test_the_last_boundary_is_at_or_before_the_limit() -> None:
    assert last_boundary("ab" + "e\u0301", 3) == 2
    assert last_boundary("abc", 2) == 2


def test_a_cluster_longer_than_the_limit_is_cut_there() -> None:
    assert last_boundary("e" + "\u0301" * 10, 4) == 4
