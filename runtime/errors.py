"""The errors that cross rooms; each room's own, such as `PromptError`, derive from `CallboardError` too.

    CallboardError
    ├── ClientError     what a client sent cannot be accepted; the connection goes on
    ├── ProviderError   a model, voice or recogniser failed, or did not answer in time
    ├── ToolError       a tool could not be bound, or its call failed
    │   └── ToolModuleError   the mistake is at a known line of the tool's own module
    ├── SettingsError   a provider cannot be built from these settings
    └── UsageError      the command line or the server's settings ask for what cannot be

Messages are for people and travel to clients: they never hold a key, a header, a path or a traceback.
A spec's mistakes are values, not exceptions: see `runtime.spec.problem`.
"""

from __future__ import annotations


class CallboardError(Exception):
    """Base of the tree; `str(error)` is one short sentence."""


class ClientError(CallboardError):
    """A client's message that cannot be accepted. `code` is one of the protocol's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ProviderError(CallboardError):
    """A provider failed. `code` is one of the protocol's error codes.

    `retry_after` is the pause in seconds that the provider asked for; `retryable` says whether the same request
    may succeed when it is sent again. `detail` is the provider's own words without its keys: for the log alone, since
    they may hold its paths and addresses.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after
        self.detail = detail


class ToolError(CallboardError):
    """A tool cannot be bound, or its call failed; the message is fit for the model and the client."""


class ToolModuleError(ToolError):
    """A tool cannot be bound because of what its own Python says at one place.

    `file` is relative to the spec's folder, with `/`; `line` and `column` count from 1, and `column` is 0 where
    only the line is known.
    """

    def __init__(self, message: str, *, file: str, line: int, column: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column


class SettingsError(CallboardError):
    """A provider cannot be built from these settings. `key` is the key of the spec at fault, such as `format`."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


class UsageError(CallboardError):
    """The command line or the server's settings ask for something that cannot be."""
