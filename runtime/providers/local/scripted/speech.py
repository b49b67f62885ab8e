"""The fixed lines, in the languages that the model speaks, and which of them a persona asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.providers.local.scripted.words import fold


@dataclass(frozen=True, slots=True)
class Speech:
    """One language. Braces are filled in; `honest` says what speaks here, `lost` is for every time after that."""

    code: str
    greeting: str
    prompt: str
    welcome: str
    goodbye: str
    myself: str
    honest: str
    lost: str
    abilities: str
    no_abilities: str
    dropped: str
    nothing_said: str
    again: str
    too_much: str
    too_little: str
    unknown: str
    ask: str
    ask_count: str
    ask_choice: str
    ask_truth: str
    confirm: str
    proceed: str
    failed: str
    retry: str
    done: str
    yes: str
    no: str
    nothing_found: str
    more: str
    conjunction: str
    alternative: str
    decimal: str


_ENGLISH = Speech(
    code="en",
    greeting="Hello! How can I help?",
    prompt="What can I do for you?",
    welcome="You are welcome.",
    goodbye="Goodbye!",
    myself="I speak through Callboard's built-in scripted model, not a language model.",
    honest="I cannot answer that: I am Callboard's built-in scripted model, not a language model. {abilities} "
    "Set OPENAI_API_KEY or a base_url to give me a real one.",
    lost="Sorry, that is beyond me. {abilities}",
    abilities="I can do this: {list}.",
    no_abilities="I have no tools here; I can chat a little and answer from what I was told.",
    dropped="All right, I will leave it.",
    nothing_said="I have not said anything yet.",
    again="Sorry, I did not catch that. {question}",
    too_much="{value} is more than the most I can {verb}, which is {limit}",
    too_little="{value} is less than the least I can {verb}, which is {limit}",
    unknown="I do not know {value}",
    ask="What is the {label}?",
    ask_count="How many {label}?",
    ask_choice="Which {label}: {choices}?",
    ask_truth="Yes or no: {label}?",
    confirm="Just to be sure: {action}.",
    proceed="Shall I go ahead?",
    failed="Sorry, that did not work: {error}.",
    retry="Shall I try again?",
    done="Done.",
    yes="yes",
    no="no",
    nothing_found="I found nothing.",
    more="{count} more",
    conjunction="and",
    alternative="or",
    decimal=".",
)
_PORTUGUESE = Speech(
    code="pt",
    greeting="Olá! Em que posso ajudar?",
    prompt="O que posso fazer por si?",
    welcome="De nada.",
    goodbye="Até logo!",
    myself="Falo através do modelo de guião do Callboard, que não é um modelo de linguagem.",
    honest="Não sei responder: sou o modelo de guião do Callboard, não um modelo de linguagem. {abilities} "
    "Com OPENAI_API_KEY ou base_url passo a ter um a sério.",
    lost="Desculpe, isso não sei. {abilities}",
    abilities="Posso fazer isto: {list}.",
    no_abilities="Aqui não tenho ferramentas; posso conversar um pouco.",
    dropped="Está bem, fica sem efeito.",
    nothing_said="Ainda não disse nada.",
    again="Desculpe, não percebi. {question}",
    too_much="{value} é demais: o máximo é {limit}",
    too_little="{value} é pouco: o mínimo é {limit}",
    unknown="Não conheço {value}",
    ask="Diga-me, por favor: {label}?",
    ask_count="Quantos são: {label}?",
    ask_choice="{label}: {choices}?",
    ask_truth="Sim ou não: {label}?",
    confirm="Só para confirmar: {action}.",
    proceed="Posso avançar?",
    failed="Desculpe, não resultou: {error}.",
    retry="Tento outra vez?",
    done="Feito.",
    yes="sim",
    no="não",
    nothing_found="Não encontrei nada.",
    more="mais {count}",
    conjunction="e",
    alternative="ou",
    decimal=",",
)
_GERMAN = Speech(
    code="de",
    greeting="Hallo! Wie kann ich helfen?",
    prompt="Was kann ich für Sie tun?",
    welcome="Gern geschehen.",
    goodbye="Auf Wiederhören!",
    myself="Ich spreche durch das eingebaute Skriptmodell von Callboard, das kein Sprachmodell ist.",
    honest="Das kann ich nicht beantworten: Ich bin das eingebaute Skriptmodell von Callboard, kein Sprachmodell. "
    "{abilities} Mit OPENAI_API_KEY oder base_url bekomme ich ein echtes.",
    lost="Das kann ich leider nicht. {abilities}",
    abilities="Das kann ich: {list}.",
    no_abilities="Ich habe hier keine Werkzeuge, kann aber ein wenig plaudern.",
    dropped="Gut, dann lasse ich es.",
    nothing_said="Ich habe noch nichts gesagt.",
    again="Das habe ich leider nicht verstanden. {question}",
    too_much="{value} ist zu viel: höchstens {limit}",
    too_little="{value} ist zu wenig: mindestens {limit}",
    unknown="{value} kenne ich nicht",
    ask="Sagen Sie mir bitte: {label}?",
    ask_count="Wie viele: {label}?",
    ask_choice="{label}: {choices}?",
    ask_truth="Ja oder nein: {label}?",
    confirm="Nur zur Sicherheit: {action}.",
    proceed="Soll ich das tun?",
    failed="Das hat leider nicht geklappt: {error}.",
    retry="Soll ich es noch einmal versuchen?",
    done="Erledigt.",
    yes="ja",
    no="nein",
    nothing_found="Ich habe nichts gefunden.",
    more="{count} weitere",
    conjunction="und",
    alternative="oder",
    decimal=",",
)
_FRENCH = Speech(
    code="fr",
    greeting="Bonjour ! Comment puis-je vous aider ?",
    prompt="Que puis-je faire pour vous ?",
    welcome="Je vous en prie.",
    goodbye="Au revoir !",
    myself="Je parle par le modèle scénarisé de Callboard, qui n'est pas un modèle de langage.",
    honest="Je ne sais pas répondre : je suis le modèle scénarisé de Callboard, pas un modèle de langage. {abilities} "
    "Avec OPENAI_API_KEY ou base_url, j'en aurai un vrai.",
    lost="Désolé, cela me dépasse. {abilities}",
    abilities="Voici ce que je sais faire : {list}.",
    no_abilities="Je n'ai pas d'outils ici, mais je peux bavarder un peu.",
    dropped="Très bien, je laisse tomber.",
    nothing_said="Je n'ai encore rien dit.",
    again="Désolé, je n'ai pas compris. {question}",
    too_much="{value}, c'est trop : le maximum est {limit}",
    too_little="{value}, c'est trop peu : le minimum est {limit}",
    unknown="Je ne connais pas {value}",
    ask="Dites-moi, s'il vous plaît : {label} ?",
    ask_count="Combien : {label} ?",
    ask_choice="{label} : {choices} ?",
    ask_truth="Oui ou non : {label} ?",
    confirm="Pour être sûr : {action}.",
    proceed="Je continue ?",
    failed="Désolé, cela n'a pas marché : {error}.",
    retry="Dois-je réessayer ?",
    done="C'est fait.",
    yes="oui",
    no="non",
    nothing_found="Je n'ai rien trouvé.",
    more="{count} de plus",
    conjunction="et",
    alternative="ou",
    decimal=",",
)
_SPANISH = Speech(
    code="es",
    greeting="¡Hola! ¿En qué puedo ayudar?",
    prompt="¿Qué puedo hacer por usted?",
    welcome="De nada.",
    goodbye="¡Hasta luego!",
    myself="Hablo a través del modelo de guion de Callboard, que no es un modelo de lenguaje.",
    honest="No sé responder a eso: soy el modelo de guion de Callboard, no un modelo de lenguaje. {abilities} "
    "Con OPENAI_API_KEY o base_url tendré uno de verdad.",
    lost="Lo siento, eso no lo sé. {abilities}",
    abilities="Puedo hacer esto: {list}.",
    no_abilities="Aquí no tengo herramientas, pero puedo charlar un poco.",
    dropped="Muy bien, lo dejo.",
    nothing_said="Todavía no he dicho nada.",
    again="Perdone, no lo he entendido. {question}",
    too_much="{value} es demasiado: el máximo es {limit}",
    too_little="{value} es muy poco: el mínimo es {limit}",
    unknown="No conozco {value}",
    ask="Dígame, por favor: ¿{label}?",
    ask_count="¿Cuántos? {label}.",
    ask_choice="{label}: ¿{choices}?",
    ask_truth="¿Sí o no: {label}?",
    confirm="Solo para confirmar: {action}.",
    proceed="¿Sigo adelante?",
    failed="Lo siento, no ha funcionado: {error}.",
    retry="¿Lo intento de nuevo?",
    done="Hecho.",
    yes="sí",
    no="no",
    nothing_found="No he encontrado nada.",
    more="{count} más",
    conjunction="y",
    alternative="o",
    decimal=",",
)
ENGLISH = _ENGLISH
LANGUAGES = {speech.code: speech for speech in (_ENGLISH, _PORTUGUESE, _GERMAN, _FRENCH, _SPANISH)}

_ASKED = re.compile(
    r"\b(?:answer|speak|reply|respond|talk|responda|responde|fala|fale|antworte|antworten|sprich|sprechen|"
    r"reponds|repondez|parle|parlez|habla|hable|conteste)\b[^.!?\n]{0,40}?\b(?:in|em|auf|en)? ?"
    r"(?P<name>english|portuguese|portugues|german|deutsch|french|francais|spanish|espanol|ingles|englisch|anglais)\b"
)
_NAMES = {
    "en": "english ingles englisch anglais",
    "pt": "portuguese portugues",
    "de": "german deutsch",
    "fr": "french francais",
    "es": "spanish espanol",
}
_COMMON = {
    "en": "the and you are is of to with your keep",
    "pt": "voce nao uma os com para sao as um seu do da em",
    "de": "du bist der die das und ist nicht ein eine sie mit",
    "fr": "tu es vous etes le la les des une est et avec pour du",
    "es": "eres usted el los las una y con para del es en",
}


def speech(instructions: str) -> Speech:
    """The language that `instructions` ask for, else the one they are written in; English in doubt."""
    text = fold(instructions)
    asked = _ASKED.search(text)
    if asked:
        return LANGUAGES[next(code for code, names in _NAMES.items() if asked["name"] in names.split())]
    said = re.findall(r"\w+", text[:2000])
    score = {code: sum(map(said.count, common.split())) for code, common in _COMMON.items()}
    best = max(score, key=lambda code: score[code])
    return LANGUAGES[best] if score[best] > score["en"] and score[best] >= 3 else _ENGLISH


def listed(items: Sequence[str], word: str, mark: str = ",") -> str:
    """ "a, b and c"; with the mark ";" for items that hold commas themselves, "a; b; and c"."""
    if len(items) < 2:
        return "".join(items)
    last = f"{mark} {word} " if mark == ";" else f" {word} "
    return f"{mark} ".join(items[:-1]) + last + items[-1]


def capitalised(text: str) -> str:
    """`text` with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
