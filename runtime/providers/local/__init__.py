"""Providers that need no network and no key: an embedded voice and recogniser, and a scripted model.

They sound and understand as well as a demonstration needs, and say so. `voice.py`, `recognizer.py` and
`scripted/model.py` are the three adapters; what they need is in the extra `callboard[local]`, imported when used.
"""
