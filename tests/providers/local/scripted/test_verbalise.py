from __future__ import annotations

from typing import Any

import pytest

from runtime.providers.local.scripted.speech import LANGUAGES
from runtime.providers.local.scripted.verbalise import decoded, spoken


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"location": "Paris", "temperature_c": 18.0, "conditions": "sunny"},
         "The location is Paris, the temperature is 18 degrees Celsius and the conditions are sunny."),
        ({"humidity_percent": 40}, "The humidity is 40 percent."),
        ({"waitMinutes": 1}, "The wait is 1 minute."),
        ({"price_eur": 9.5}, "The price is 9.50 euros."),
        ({"amount": 226.456, "currency": "EUR"}, "The amount is 226.46 euros."),
        ({"currency": "EUR"}, "The currency is EUR."),
        ({"ratio": 0.3333}, "The ratio is 0.33."),
        ({"guests": 2}, "The number of guests is 2."),
        ({"status": "ok"}, "Done."),
        ({"ok": True, "reservation_id": "R-7"}, "The reservation id is R-7."),
        ({"status": "confirmed"}, "The status is confirmed."),
        ({"available": False, "is_open": True, "has_parking": False, "breakfast": True},
         "It is not available, it is open, it has no parking and the answer for breakfast is yes."),
        ({"say": "Your table is booked", "id": 7}, "Your table is booked."),
        ({"message": "", "answer": "Yes!"}, "Yes!"),
        ({"start": "2025-06-05T20:00:00Z", "day": "2025-13-05"},
         "The start is 5 June 2025 at 20:00 and the day is 2025-13-05."),
        ({"link": "https://example.com", "note": None}, "Done."),
        ({"rooms": [101, 102, 103]}, "The rooms are 101, 102 and 103."),
        ({"rooms": []}, "I found nothing."),
        ({"city": "Faro", "free rooms": []}, "The city is Faro and there are no free rooms."),
        ({"wind": {"speed_kmh": 12, "gusts": True, "deep": {"a": 1}}},
         "The wind: speed 12 kilometres per hour and gusts yes."),
        ([{"name": "Margherita", "price_eur": 9}, {"name": "Funghi", "price_eur": 11}],
         "Margherita, price 9 euros; and Funghi, price 11 euros."),
        ([1, 2, 3, 4, 5, 6, 7, 8], "1, 2, 3, 4, 5 and 3 more."),
        ([["a", "b"], []], "A and b and no."),
        ([], "I found nothing."),
        ({}, "Done."),
        (None, "Done."),
        (True, "Done."),
        (False, "No."),
        (42, "42."),
        ("it is   raining", "It is raining."),
    ],
)  # fmt: skip
def test_results_become_sentences(result: Any, said: str) -> None:
    assert spoken(result) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pt", "Temperature: 18,5 graus Celsius e open: sim."),
        ("de", "Temperature: 18,5 Grad Celsius und open: ja."),
        ("fr", "Temperature: 18,5 degrés Celsius et open: oui."),
        ("es", "Temperature: 18,5 grados Celsius y open: sí."),
    ],
)
def test_other_languages_get_keys_and_values(code: str, said: str) -> None:
    assert spoken({"temperature_c": 18.5, "open": True}, LANGUAGES[code]) == said


def test_a_result_that_is_not_json_is_text() -> None:
    assert decoded("not json") == "not json"
    assert decoded('{"a": 1}') == {"a": 1}
