"""Small talk: what a whole utterance may mean when it asks for no tool. Heard in five languages."""

from __future__ import annotations

import re
from enum import Enum, auto

from runtime.providers.local.scripted.vocabulary import STOP
from runtime.providers.local.scripted.words import Utterance


class Intent(Enum):
    """What was meant."""

    YES = auto()
    NO = auto()
    CANCEL = auto()
    REPEAT = auto()
    WHO = auto()
    ABILITIES = auto()
    THANKS = auto()
    GOODBYE = auto()
    GREETING = auto()


# The first that fits decides. Patterns are of folded words; what they leave over must be small words.
_PHRASES: tuple[tuple[Intent, str], ...] = (
    (
        Intent.GOODBYE,
        "good ?bye|bye|see you(?: (?:later|soon|tomorrow|around))?|(?:talk|speak) to you (?:later|soon)|good night|"
        "farewell|take care(?! of)|have a (?:good|great|lovely|nice) (?:day|evening|night|one|weekend)|"
        "(?:hang(?:ing)? up|(?:have|need|got) to (?:go|run|leave))(?= (?:now|then|please|cheers|thank|bye|goodbye)|$)|"
        "(?:i am|we are) (?:off|done|all set)(?= (?:now|then|thank|bye|goodbye)|$)|no that is it|"
        "that (?:is|was|will be) (?:all|everything)(?: (?:i|we) (?:need|needed|want|wanted))?|nothing else|"
        "adeus|ate logo|tchau|e tudo|tschuss|auf wiedersehen|das war alles|au revoir|a bientot|c est tout|adios|"
        "hasta luego|eso es todo",
    ),
    (
        Intent.CANCEL,
        "never mind|nevermind|forget (?:it|about it|that)|cancel(?: (?:it|that|this))?|stop(?: it| that)?|drop it|"
        "leave it|deixa estar|esquece|cancela|vergiss es|abbrechen|laisse tomber|annule|olvidalo|dejalo",
    ),
    (
        Intent.NO,
        "^(?:no|nope|nah|no way|do not|not now|better not|rather not|nao|nein|non|lieber nicht)",
    ),
    (
        Intent.YES,
        "^(?:that is (?:right|correct|fine|it)|yes|yeah|yep|yup|sure|of course|"
        "go ahead|do it|do that|please do|confirm|confirmed|correct|right|ok|okay|"
        "absolutely|certainly|definitely|sounds good|fine|sim|claro|pode|ja|klar|gerne|genau|oui|bien sur|"
        "d accord|daccord|vas y|si|vale|adelante|por favor)"
        "(?: (?:sim|ja|oui|si|go ahead|do it|do that|that is right|correct))*",
    ),
    (
        Intent.REPEAT,
        "(?:repeat|say) (?:that|it)(?: again)?|repeat(?: please)?$|say again|come again|"
        "what did you say|pardon|what was that|repete|repita|"
        "wiederhole(?:n sie)?(?: das)?|noch einmal|repetez|repite",
    ),
    (
        Intent.WHO,
        "who are you|what are you|who am i talking to|what is your name|"
        "are you (?:a |an )?(?:robot|human|real|ai|person|bot|machine)|"
        "quem es(?: tu)?|quem e voce|wer bist du|wer sind sie|qui es tu|qui etes vous|quien eres|quien es usted",
    ),
    (
        Intent.ABILITIES,
        "what can (?:you|i) (?:do|ask|help)|what do you do|how can you help|what are you able|help(?: me)?$|^help|"
        "o que (?:podes|pode|sabes) fazer|was kannst du|was konnen sie|que (?:peux tu|pouvez vous|sais tu) faire|"
        "que (?:puedes|sabes) hacer|ajuda|hilfe|ayuda|aide",
    ),
    (
        Intent.THANKS,
        "thank you|thanks|cheers|thank|obrigad[oa]|danke|merci|gracias",
    ),
    (
        Intent.GREETING,
        "^(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|how are you|how do you do|"
        "ola|bom dia|boa (?:tarde|noite)|hallo|guten (?:tag|morgen|abend)|bonjour|bonsoir|salut|"
        "hola|buenos dias|buenas (?:tardes|noches))(?: how are you)?",
    ),
)
_INTENTS = tuple(
    (intent, re.compile(rf"(?:{phrases})\b" if phrases[0] == "^" else rf"\b(?:{phrases})(?![^ ])"))
    for intent, phrases in _PHRASES
)
_SMALL = STOP | frozenset(
    "beaucoup bien e est es das je me mir mich muito muchas mais nada vielen dank schon tudo todo bem bien merci "
    "today day great good nice lovely bit everyone friend sir madam help kindly instead anything work".split()
)
# A name may go with these: "hello Ada".
_ADDRESSED = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE})


def intent(said: Utterance, *, strict: bool = False) -> Intent | None:
    """What the whole utterance means as small talk; None where it says more than that.

    `strict` allows no name beside it: "Ada, thanks" may be the answer to a question.
    """
    if len(said.words) > 14:
        return None
    for meant, pattern in _INTENTS:
        if not pattern.search(said.joined):
            continue
        rest = pattern.sub(" ", said.joined).split()
        strange = sum(1 for key in rest if key not in _SMALL)
        if strange <= (1 if meant in _ADDRESSED and not strict else 0):
            return meant
    return None
