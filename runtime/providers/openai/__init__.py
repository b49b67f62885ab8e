"""Any OpenAI-compatible server as a model, a voice and a recogniser.

The model and the voice are on the hot path: they speak HTTP themselves through `runtime.providers.http`.
The recogniser sends one whole file and uses the `openai` package. This room must not know sessions or
turns, nor keep anything of them. Read `model.py` first.
"""
