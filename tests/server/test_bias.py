"""What a persona's tools expect to hear goes along with every utterance that a server transcribes."""

import base64

from runtime.audio.wav import header
from tests.conftest import OpenHouse
from tests.support.upstream import Upstream

SPEC = """\
model: gpt-4o
voice: null
transcription: {prompt: Hotel Aurora.}
instructions: Be kind.
tools:
  hours:
    description: When a part of the house is open.
    parameters: {type: object, properties: {place: {type: string, enum: [sauna, bar]}}, required: [place]}
    http: {url: "https://example.com/{{ args.place }}"}
    examples: ["when (is|does) [the] {place} open"]
"""


async def test_examples_reach_the_recognisers_prompt(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"ada": SPEC})
    sound = base64.b64encode(header(16_000, 1, 2, 3200) + bytes(3200)).decode()
    async with server.connect("/ada") as client:
        await client.send_json({"type": "audio", "data": sound, "format": "wav"})
        await client.until("response_complete")
    assert upstream.transcriptions.requests[-1].body["prompt"] == "sauna, bar. When is sauna open. Hotel Aurora."
    assert "examples" not in str(upstream.chat.requests[-1].body["tools"])
