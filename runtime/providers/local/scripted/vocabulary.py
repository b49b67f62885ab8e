"""What English words mean to the router: tables, and nothing of any persona."""

from __future__ import annotations

import re

from runtime.providers.local.scripted.words import stem

STOP = frozenset(
    "a an the this that these those some any my your our his her its their i you he she it we they me him us them "
    "is are was were be been am do does did have has had can could will would shall should may might must let "
    "what which who whom whose when where why how there here of in on at for from to with by about into as than "
    "and or but if so not no yes please thanks thank hello hi hey ok okay well um uh er just really very too also "
    "like want need know tell give say see go going get got think thing things lot much many more most long "
    "now right then again still already ever never up down out over off one ones all whether "
    "possible sure wonder kind another other others else something anything nothing someone anyone "
    # The small words of the other languages, but for those that mean something in English.
    "o os de da dos das em na nos nas um uma e que ao el la los las del y en un una con le les des du et est pour "
    "avec der den dem das und ist ein eine von zu mit auf im se se por quando onde qual como fica wo wann donde cuando "
    "quand ou quem diz".split()
)

# Verbs that begin half of all tool names and so tell little.
GENERIC = frozenset(
    stem(word)
    for word in "get set find show make do list look tell check use run create add start fetch give search put".split()
)

# Names of tools that begin with one of these say what is done.
VERBS = frozenset(
    "book reserve order buy sell convert exchange send transfer pay play set add make create cook heat dim start "
    "schedule move deliver rent print store remove".split()
)

_GROUPS = """\
weather forecast rain raining rainy snow snowing snowy sun sunny sunshine shining cloud clouds cloudy overcast \
umbrella storm stormy thunder wind windy fog foggy humid freezing chilly cold warm hot mild degrees temperature \
climate outside wet dry pouring drizzle drizzling showers coat jacket raincoat jumper sweater scarf gloves \
sunglasses sunscreen shorts
book reserve reservation booking
buy order purchase
flight fly flying plane fares
music song songs listen artist album band
light lights lamp lamps
email mail
message text sms
appointment meeting visit
remind reminder remember
cancel delete remove drop abort
package parcel shipment shipped delivery deliver order
price cost costs fee rate
convert exchange
currency money dollar dollars euro euros pound pounds yen
find search look lookup
time clock
open opening opens hours close closes closing shut shuts
schedule calendar agenda
taxi cab ride
restaurant dinner lunch table eat dine meal space
menu dish dishes food
thermostat heating heater temperature degrees warm cold hot
send transfer pay wire
doctor physician dentist clinic
recipe cook cooking
news headlines
translate translation
volume loud louder quiet quieter
status state track
guests people persons seats
person recipient name
destination arrival
origin departure
stock available availability
wifi wireless internet network
help assist support
passa passar passou vem vir chega chegar parte partir
"""

ANTONYMS = {
    stem(one): stem(other)
    for pair in (
        "book cancel", "make cancel", "add remove", "start stop", "open close", "lock unlock", "play stop",
        "reserve cancel", "create delete", "send read", "buy sell", "order cancel",
    )
    for one, other in (pair.split(), reversed(pair.split()))
}  # fmt: skip

# Words that name a value of an enumeration without being it.
VALUE_WORDS = {
    "usd": ("dollar", "dollars", "bucks"),
    "eur": ("euro", "euros"),
    "gbp": ("pound", "pounds", "sterling", "quid"),
    "jpy": ("yen",),
    "chf": ("franc", "francs"),
    "brl": ("real", "reais"),
    "pasta": ("spaghetti", "noodles", "macaroni", "penne"),
    "millilitres": ("milliliters", "milliliter", "mils"),
    "litres": ("liters", "liter"),
    "grams": ("grammes",),
    "kilograms": ("kilos", "kilo", "kilogrammes"),
    "c": ("celsius", "centigrade"),
    "f": ("fahrenheit",),
    "metric": ("celsius", "kilometres", "kilometers"),
    "imperial": ("fahrenheit", "miles"),
    "en": ("english",),
    "pt": ("portuguese",),
    "de": ("german",),
    "fr": ("french",),
    "es": ("spanish",),
}

# Small words that together say what one word would.
_PHRASES = tuple(
    (re.compile(rf"\b(?:{phrase})\b"), stem(word))
    for phrase, word in (
        (
            "(?:is|has) it (?:already |still |gone |past |nearly |almost |now )*(?:the middle of the )?"
            "(?:morning|noon|midday|midnight|afternoon|evening|night|daytime|bedtime|dark|late|early)",
            "time",
        ),
        ("(?:what|which) (?:hour|oclock)", "time"),
        ("what is it like|nice out|(?:should|do) (?:i|we) (?:wear|pack)", "weather"),
        ("(?:put|pencil|squeeze|fit) (?:me|us) (?:down|in)", "book"),
        ("party of", "table"),
    )
)

_PAST = re.compile(
    r"\b(?:yesterday|ago|last (?:night|week|weekend|month|year|summer|winter|time)|ontem|gestern|hier|ayer)\b"
)

# Words inside a choice that others stand for.
LIKE = {
    "runny": "soft",
    "firm": "hard",
    "solid": "hard",
    "big": "large",
    "huge": "large",
    "little": "small",
    "tiny": "small",
}

# What is written for them and not said.
SHORTHAND = {
    "tablespoons": ("tbsp",),
    "teaspoons": ("tsp",),
    "millilitres": ("ml",),
    "litres": ("l",),
    "grams": ("g",),
    "kilograms": ("kg",),
    "ounces": ("oz",),
    "pounds": ("lb", "lbs"),
    "kilometres": ("km",),
    "celsius": ("c",),
    "fahrenheit": ("f",),
}

NEGATIVE = frozenset(
    "off not no without never disable disabled deactivate stop out false unlock unlocked close closed mute".split()
)
POSITIVE = frozenset("on enable enabled activate start with yes true lock locked open include including want".split())

LEAD_INS = (
    "please|hey|hi|hello|ok|okay|so|um|uh|er|well|and|also|then|now|yes|let us|do you know|tell me|"
    "(?:can|could|would|will) you|(?:can|could|may) (?:i|we)|(?:i|we) would like(?: you)?(?: to)?|"
    "i (?:want|need)(?: you)? to|good (?:morning|afternoon|evening)"
)
TAILS = "right now|please|thanks|thank you|now|for me|then|again|currently|at the moment|if you can|will you|would you"


def _meanings() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.split("\n")):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {root: frozenset(numbers) for root, numbers in table.items()}


_MEANINGS = _meanings()
_NOTHING: frozenset[int] = frozenset()


def related(one: str, other: str) -> bool:
    """Whether two stems stand in one group of synonyms."""
    return not _MEANINGS.get(one, _NOTHING).isdisjoint(_MEANINGS.get(other, _NOTHING))


def meanings(root: str) -> frozenset[int]:
    """Numbers of the groups of synonyms that a stem stands in."""
    return _MEANINGS.get(root, _NOTHING)


def implied(joined: str) -> list[str]:
    """Stems of the words that phrases stand for."""
    return [root for phrase, root in _PHRASES if phrase.search(joined)]


def is_past(joined: str) -> bool:
    """Whether the words tell of what is over, and so want nothing."""
    return _PAST.search(joined) is not None


def content(keys: list[str]) -> list[str]:
    """Stems of the words that carry meaning."""
    return [stem(key) for key in keys if key not in STOP]
