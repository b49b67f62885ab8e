from __future__ import annotations

import asyncio
import threading

from runtime.session.newest import Newest


async def test_only_the_newest_text_is_delivered() -> None:
    heard: list[str] = []
    newest = Newest(heard.append)

    def put() -> None:
        for number in range(1000):
            newest.put(str(number))

    thread = threading.Thread(target=put)
    thread.start()
    thread.join()
    assert heard == []
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert heard == ["999"]
    newest.put("more")
    await asyncio.sleep(0)
    assert heard == ["999", "more"]


def test_what_is_put_after_the_loop_has_closed_is_heard_by_nobody() -> None:
    heard: list[str] = []

    async def make() -> Newest:
        return Newest(heard.append)

    asyncio.run(make()).put("late")
    assert heard == []
