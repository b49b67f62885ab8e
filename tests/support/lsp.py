"""An editor as a language server sees one: a client of the Language Server Protocol over stdio.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

SECONDS = 20.0
_CAPABILITIES: Mapping[str, Any] = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
}


class Editor:
    """Reads only while it waits for something; `configuration` answers what the server asks, by section."""

    def __init__(self, process: asyncio.subprocess.Process, configuration: Mapping[str, Any]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self._configuration = configuration
        self._last_id = 0

    async def open(self, file: Path) -> list[dict[str, Any]]:
        """Open a YAML file and give its diagnostics."""
        text = await asyncio.to_thread(file.read_text, "utf-8")
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        await self.notify("textDocument/didOpen", {"textDocument": document})
        async with asyncio.timeout(SECONDS):
            while True:
                message = await self._next()
                told = message["params"] if message.get("method") == "textDocument/publishDiagnostics" else {}
                if told.get("uri") == file.as_uri():
                    diagnostics: list[dict[str, Any]] = told["diagnostics"]
                    return diagnostics

    async def complete(self, file: Path, line: int, character: int) -> dict[str, dict[str, Any]]:
        """What can be typed there, by label; line and character count from 0."""
        answer = await self.request("textDocument/completion", _at(file, line, character))
        return {item["label"]: item for item in answer["items"]}

    async def hover(self, file: Path, line: int, character: int) -> str:
        """What is explained there, in Markdown; line and character count from 0."""
        answer = await self.request("textDocument/hover", _at(file, line, character))
        text: str = answer["contents"]["value"]
        return text

    async def request(self, method: str, params: Any) -> Any:
        """Ask the server and wait for its answer."""
        self._last_id += 1
        await self._send({"id": self._last_id, "method": method, "params": params})
        async with asyncio.timeout(SECONDS):
            while True:
                message = await self._next()
                if message.get("id") == self._last_id and "method" not in message:
                    assert "error" not in message, message["error"]
                    return message["result"]

    async def notify(self, method: str, params: Any) -> None:
        """Tell the server."""
        await self._send({"method": method, "params": params})

    async def _next(self) -> dict[str, Any]:
        """The next message, its question answered where it is one."""
        length = 0
        while header := (await self._from.readuntil(b"\r\n")).strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(await self._from.readexactly(length))
        if "id" in message and "method" in message:
            await self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, question: dict[str, Any]) -> Any:
        if question["method"] == "workspace/configuration":
            return [self._configuration.get(item["section"]) for item in question["params"]["items"]]
        return None

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self._to.drain()


@asynccontextmanager
async def editing(*command: str, configuration: Mapping[str, Any]) -> AsyncIterator[Editor]:
    """Start a language server, as an editor does, and end it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    editor = Editor(process, configuration)
    try:
        hello = {"processId": os.getpid(), "rootUri": None, "capabilities": _CAPABILITIES}
        await editor.request("initialize", hello)
        await editor.notify("initialized", {})
        yield editor
        await editor.request("shutdown", None)
        await editor.notify("exit", None)
        async with asyncio.timeout(SECONDS):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _at(file: Path, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}
