"""Takes Markdown out of a stream of text: what a reader sees as layout, a listener must not hear.

It renders nothing and knows no voice. Read `filter.py` first, then `text.py`.
"""
