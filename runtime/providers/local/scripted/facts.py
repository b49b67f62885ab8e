"""What the instructions say that may be repeated: scripted answers, the persona's name, and single facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.providers.local.scripted.speech import Speech
from runtime.providers.local.scripted.vocabulary import content, related
from runtime.providers.local.scripted.words import Utterance, fold, keys, stem, utterance

_SCRIPT = re.compile(
    r"^[ \t>*-]*when asked (?:about |for )?(?P<topic>[^\n]+?),? say: *(?P<line>[^\n]+)$", re.IGNORECASE | re.MULTILINE
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*[-*#])")
# A sentence that tells the persona how to be is not for the user, nor is one that may hold a secret.
_DIRECTIVE = re.compile(
    r"^(?:[-*#>\s]*)(?:you|your|keep|never|always|do not|dont|don't|answer|speak|reply|respond|be|use|if|when|ask|"
    r"say|tell|avoid|act|talk|call|confirm|make sure|please|remember|only|stay|offer|help|greet|pretend|ignore|"
    r"voce|du|sie|tu|vous|eres|usted|es|responde|fala|usa|nunca|sempre|antworte|sprich|nutze|benutze|nie|immer|"
    r"reponds|parle|utilise|jamais|toujours|habla|siempre)\b"
    r"|\b(?:do not|don't|never|must not|instructions|prompt)\b",
    re.IGNORECASE,
)
# "The password is swordfish" gives a secret away; "needs no password" and "the key is at the desk" do not.
_SECRET = re.compile(
    r"\b(?:secret|confidential|passcode|passphrase|credentials?)\b"
    r"|\b(?:api|access|secret|signing|master|licen[cs]e)[ -_](?:keys?|codes?)\b|\b(?:api|access|bearer|auth) ?tokens?\b"
    r"|(?<!\bno )(?<!\bwithout )(?<!\bwithout a )\b(?:password|pin|token)\b"
    r"|\b(?:keep|kept|keeps|stay|stays|is|are) (?:it |this |that |strictly )?(?:private|internal)\b"
    r"|\binternal (?:use|note|only)"
    r"|\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,}",
    re.IGNORECASE,
)
_IDENTITY = {
    "en": (r"\byou are (?P<who>[^.!?\n]+)", "I am {who}."),
    "pt": (r"\b(?:voce e|tu es|es) (?P<who>[^.!?\n]+)", "Sou {who}."),
    "de": (r"\b(?:du bist|sie sind) (?P<who>[^.!?\n]+)", "Ich bin {who}."),
    "fr": (r"\b(?:tu es|vous etes) (?P<who>[^.!?\n]+)", "Je suis {who}."),
    "es": (r"\b(?:eres|usted es) (?P<who>[^.!?\n]+)", "Soy {who}."),
}
_ASKING = frozenset(
    "what when where which who how is are does do did can could may will was were have has "
    "onde quando que qual quem como quanto desde wo wann was wer wie warum quand qui comment combien "
    "donde cuando quien cual cuanto".split()
)
_AMBIGUOUS = frozenset("may will have has can como desde".split())
_SUBJECTS = frozenset("i you he she it we they there the this that these those your my our anyone somebody".split())
# "What time is breakfast" asks about breakfast.
_ASKED_WITH = frozenset(map(stem, ("time", "late", "early", "day")))

LEAST = 0.5
"""The share of an utterance that a sentence must speak of to be its answer."""

SURE = 0.9
"""The share from which the sentence is surely meant."""

_LONGEST = 240


def scripted(instructions: str, said: Utterance) -> str | None:
    """The line for "When asked about X, say: Y" where the utterance has all the words of X that carry meaning."""
    roots = set(content(said.keys))
    best, best_size = None, 0
    for match in _SCRIPT.finditer(instructions):
        for topic in re.split(r",| or ", match["topic"]):
            wanted = set(content(keys(topic)))
            if len(wanted) > best_size and wanted <= roots:
                best, best_size = match["line"].strip().strip('"“”'), len(wanted)
    return best


def identity(instructions: str, speech: Speech) -> str | None:
    """ "I am Ada, the concierge." from "You are Ada, the concierge."; None where the instructions do not say."""
    pattern, line = _IDENTITY[speech.code]
    # Folding keeps the length of composed text, so that places in both texts agree.
    folded = fold(instructions)
    text = instructions if len(folded) == len(instructions) else folded
    match = re.search(pattern, folded)
    if not match:
        return None
    who = re.split(r"[;:–—]| who | whose |, and ", text[slice(*match.span("who"))])[0].strip(" ,")
    return line.format(who=re.sub(r"\byour\b", "my", who)) if who and len(who) <= _LONGEST else None


def is_question(said: Utterance) -> bool:
    """Whether an utterance begins like a question."""
    return bool(said.words) and said.words[0].key in _ASKING


def is_surely_question(said: Utterance) -> bool:
    """Whether it cannot be the value of an argument: "will" and "have" may begin a name or a message."""
    if said.text.rstrip().endswith("?"):
        return True
    if len(said.words) < 2 or not is_question(said):
        return False
    return said.words[0].key not in _AMBIGUOUS or said.words[1].key in _SUBJECTS


def fact(instructions: str, said: Utterance, least: float = LEAST) -> str | None:
    """The one sentence of the instructions that answers, where the overlap is at least `least`."""
    asked = [root for root in dict.fromkeys(content(said.keys)) if root not in _ASKED_WITH]
    if not asked:
        return None
    # "Is there wifi" has one word that tells, so that a synonym of it is all that can be hoped for.
    alone = len(asked) == 1 and is_question(said)
    ranked = sorted(
        ((_overlap(asked, sentence, alone=alone), sentence) for sentence in _sentences(instructions)), reverse=True
    )
    if not ranked or ranked[0][0] < least:
        return None
    return ranked[0][1]


def _sentences(instructions: str) -> Iterator[str]:
    for raw in _SENTENCE.split(_SCRIPT.sub("", instructions)):
        sentence = " ".join(raw.split()).lstrip("-*# ")
        if sentence and len(sentence) <= _LONGEST and not _hidden(fold(sentence)):
            yield sentence


def _hidden(folded: str) -> bool:
    return bool(_DIRECTIVE.search(folded) or _SECRET.search(folded))


def _overlap(asked: list[str], sentence: str, *, alone: bool) -> float:
    """The share of what was asked that the sentence speaks of, 0 to 1; a synonym counts half."""
    folded = fold(sentence)
    if not alone and not any(root[:3] in folded for root in asked):
        return 0.0
    there = content(utterance(sentence).keys)
    total = sum(1.0 if root in there else 0.5 if any(related(root, other) for other in there) else 0 for root in asked)
    return total / len(asked) if alone or any(root in there for root in asked) else 0.0
