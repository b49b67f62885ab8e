"""Jinja2 where a template can fill in text and nothing else: it reaches no object, reads no file, and takes little.

The sandbox of Jinja2 guards attributes; it bounds neither time nor memory (its documentation says so). Here what
makes much out of little is gone or has a bound, whatever the values are: how often loops go round, how long a text
becomes, how deep a template is nested. `environment` is the sandbox, `bounds` what it counts, and `excess` tells an
author before anything runs.
"""
