"""Who plays the model, the voice and the recogniser: settings resolved to adapters.

`openai` and `local` adapters are imported here and nowhere else, each only when a spec asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

from runtime.blueprint.bias import recognizer_prompt
from runtime.blueprint.model import RoleChoice
from runtime.chat import ToolDeclaration
from runtime.providers import fallback
from runtime.providers.http.pool import HttpPool
from runtime.providers.ports import LanguageModel, SpeechToText, TextToSpeech
from runtime.settings import ModelSettings, TranscriptionSettings, VoiceSettings

PROVIDERS = ("auto", "openai", "local")


class _RoleSettings(Protocol):
    """What the settings of every role have in common."""

    @property
    def name(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def fallbacks(self) -> Sequence[Self]: ...


_Settings = TypeVar("_Settings", bound=_RoleSettings)
_Port = TypeVar("_Port")


@dataclass(frozen=True, slots=True)
class Providers:
    """The process's providers: the shared connection pool, the environment, and the default for silent specs."""

    pool: HttpPool
    env: Mapping[str, str]
    default: str = "auto"

    def resolve(self, pinned: str, base_url: str) -> tuple[str, str]:
        """The provider of a role and why."""
        if pinned:
            return pinned, "the spec says so"
        if base_url:
            return "openai", "the spec names a base_url"
        if self.default != "auto":
            return self.default, "the server's provider setting"
        for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
            if self.env.get(name):
                return "openai", f"{name} is set"
        return "local", "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set"

    # -- the three roles

    def model(self, settings: ModelSettings) -> tuple[LanguageModel, RoleChoice]:
        """The language model. Raises SettingsError."""
        return self._cast(settings, self._one_model, fallback.FallbackModel, "scripted")

    def voice(self, settings: VoiceSettings, language: str) -> tuple[TextToSpeech, RoleChoice]:
        """The voice of a persona that talks in `language`, a BCP 47 tag or nothing. Raises SettingsError."""

        def one(provider: str, settings: VoiceSettings) -> TextToSpeech:
            return self._one_voice(provider, settings, language)

        return self._cast(settings, one, fallback.FallbackVoice, settings.name)

    def recognizer(
        self, settings: TranscriptionSettings, tools: Sequence[ToolDeclaration]
    ) -> tuple[SpeechToText, RoleChoice]:
        """The recogniser, drawn towards what the tools are asked with. Raises SettingsError."""

        def one(provider: str, settings: TranscriptionSettings) -> SpeechToText:
            return self._one_recognizer(provider, settings, tools)

        embedded = "pocketsphinx" if settings.language.lower()[:2] in ("", "en") else "none (it knows English only)"
        return self._cast(settings, one, fallback.FallbackRecognizer, embedded)

    def _cast(
        self,
        settings: _Settings,
        build: Callable[[str, _Settings], _Port],
        chain: Callable[[Sequence[_Port]], _Port],
        local_name: str,
    ) -> tuple[_Port, RoleChoice]:
        provider, reason = self.resolve(settings.provider, settings.base_url)
        adapters = [build(provider, settings)]
        adapters += [build(self.resolve(other.provider, other.base_url)[0], other) for other in settings.fallbacks]
        name = local_name if provider == "local" else settings.name
        choice = RoleChoice(provider, f"{provider}/{name}", reason)
        return (adapters[0] if len(adapters) == 1 else chain(adapters)), choice

    # -- adapters

    def _one_model(self, provider: str, settings: ModelSettings) -> LanguageModel:
        if provider == "local":
            from runtime.providers.local.scripted.model import ScriptedModel

            return ScriptedModel(settings)
        from runtime.providers.openai.endpoint import resolve
        from runtime.providers.openai.model import OpenAIModel

        there = resolve(settings.base_url, settings.api_key, self.env)
        return OpenAIModel(settings, self.pool, base_url=there.base_url, api_key=there.api_key)

    def _one_voice(self, provider: str, settings: VoiceSettings, language: str) -> TextToSpeech:
        if provider == "local":
            from runtime.providers.local.voice import LocalVoice

            return LocalVoice(settings, language)
        from runtime.providers.openai.endpoint import resolve
        from runtime.providers.openai.voice import OpenAIVoice

        there = resolve(settings.base_url, settings.api_key, self.env)
        return OpenAIVoice(settings, self.pool, base_url=there.base_url, api_key=there.api_key)

    def _one_recognizer(
        self, provider: str, settings: TranscriptionSettings, tools: Sequence[ToolDeclaration]
    ) -> SpeechToText:
        if provider == "local":
            from runtime.providers.local.grammar import PhraseBook
            from runtime.providers.local.recognizer import LocalRecognizer
            from runtime.providers.local.scripted.phrasebook import templates

            phrases, slots = templates(tools)
            return LocalRecognizer(settings, PhraseBook(phrases, slots) if phrases else None)
        from runtime.providers.openai.endpoint import resolve
        from runtime.providers.openai.recognizer import OpenAIRecognizer

        there = resolve(settings.base_url, settings.api_key, self.env)
        settings = replace(settings, prompt=recognizer_prompt(tools, settings.prompt))
        return OpenAIRecognizer(settings, base_url=there.base_url, api_key=there.api_key)
