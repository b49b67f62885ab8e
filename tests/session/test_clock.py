import asyncio

from runtime.session.clock import QuietTimer, now_ms
from tests.support.virtual_time import run


def test_the_timer_fires_only_after_quiet() -> None:
    fired: list[float] = []

    async def main() -> None:
        timer = QuietTimer(400, lambda: fired.append(round(now_ms())))
        for _ in range(5):
            timer.touch(now_ms())
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)

    run(main())
    assert fired == [800]


def test_the_timer_can_fire_again_and_be_cancelled() -> None:
    fired: list[float] = []

    async def main() -> None:
        timer = QuietTimer(400, lambda: fired.append(round(now_ms())))
        timer.touch(now_ms())
        await asyncio.sleep(1)
        timer.touch(now_ms())
        timer.cancel()
        timer.cancel()
        await asyncio.sleep(1)

    run(main())
    assert fired == [400]
