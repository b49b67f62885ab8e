"""Callboard: a folder of YAML files becomes running voice agents.

    agents.d/*.yaml ─▶ spec ─▶ blueprint ─▶ catalog ─────────────┐         what is written → what is served
                                                                 ▼
    client ⇄ server ⇄ wire ⇄ session ⇄ conversation (pure)    Blueprint    who is on, what happens now
                                │                                │
                                ├─▶ providers (stt, llm, tts)  ◀─┘
                                └─▶ tools

A *spec* is what an author wrote, a *blueprint* the agent compiled from it, a *snapshot* the set that is served. A
*session* is one connection's life; a *response* is one answer in it, made of *steps* (calls of the model) and heard in
*chunks*. What can fail in a spec fails while compiling; what can go wrong in a session stays in it.

The leaves are shared words: `errors`, `chat`, `settings`, `events`. To follow a turn, read `conversation/response.py`,
then `session/work.py`; to follow a file, read `spec/load.py`, then `blueprint/compile.py`.
"""
