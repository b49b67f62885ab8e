"""`callboard schema`: the JSON Schema of what people write, for editors and other tools."""

from __future__ import annotations

import argparse
import sys

from runtime.spec.schema import schema_path


def run(arguments: argparse.Namespace) -> int:
    """Print the file as it is, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(schema_path(arguments.which).read_bytes())
    sys.stdout.buffer.flush()
    return 0
