"""When is an edit over? Half-written files are often valid YAML, so no check of theirs can tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.catalog.scan import Scan

SHRUNK_SETTLE_SECONDS = 1.0


@dataclass(slots=True)
class Settling:
    """Compares scans with the one that was last acted upon. Pure: the time comes in.

    A change counts once two scans, `settle` seconds apart or more, are equal; a file that shrank waits longer, as
    writing in place begins by truncating.
    """

    settle: float
    acted: Scan
    _seen: Scan | None = field(default=None)
    _since: float = 0.0

    def note(self, scan: Scan, now: float) -> bool:
        """Take a scan; True when it differs from what was acted upon and has been so for long enough."""
        if not scan.reachable or scan.looks == self.acted.looks:
            self._seen = None
            return False
        if self._seen is None or scan.looks != self._seen.looks:
            self._seen, self._since = scan, now
            return False
        wait = max(self.settle, SHRUNK_SETTLE_SECONDS) if scan.shrank(self.acted) else self.settle
        return now - self._since >= wait

    def act(self, scan: Scan) -> None:
        """This scan is acted upon."""
        self.acted, self._seen = scan, None
