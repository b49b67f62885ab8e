"""`GET /metrics`: what the process counts, read off the live objects when it is asked for.

Imported with the first scrape: a server that nobody scrapes does not pay for the client library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from runtime.server.connection import Connections
from runtime.server.world import World
from runtime.tools.blocking import times_blocked

STATES = ("ready", "degraded", "held", "failed")


def metrics(world: World, connections: Connections) -> web.Response:
    """The Prometheus text of this moment."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Process(world, connections))
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Process(Collector):
    def __init__(self, world: World, connections: Connections) -> None:
        self._world = world
        self._connections = connections

    @override
    def collect(self) -> Iterator[Metric]:
        yield from self._reloads()
        yield from self._agents()
        yield self._sessions()
        yield from self._tools()

    def _reloads(self) -> Iterator[Metric]:
        tally, watcher = self._world.reloader.tally, self._world.watcher
        text = "Reloads that changed an agent, or found problems in it."
        reloads = CounterMetricFamily("callboard_config_reloads", text, labels=["agent", "result"])
        for (agent, result), count in sorted(tally.results.items()):
            reloads.add_metric([agent, result], count)
        yield reloads
        for name, text, value in (
            ("last_reload_success_timestamp_seconds", "When a reload last found no problem.", tally.last_success),
            ("reload_duration_seconds", "How long the last reload took.", tally.last_duration),
            ("generation", "The number of the snapshot that is served.", self._world.catalog.current.generation),
            ("scan_duration_seconds", "How long the last scan of the folder took.", watcher.scan_seconds),
            ("scan_last_timestamp_seconds", "When the folder was last scanned.", watcher.last_scan),
            ("scan_errors", "Scans that broke.", watcher.errors),
        ):
            yield GaugeMetricFamily(f"callboard_config_{name}", text, value=value)

    def _agents(self) -> Iterator[Metric]:
        entries = self._world.catalog.current.entries.values()
        text = "Whether an agent's newest files are served."
        good = GaugeMetricFamily("callboard_config_last_reload_successful", text, labels=["agent"])
        for entry in entries:
            good.add_metric([entry.name], float(entry.state in ("ready", "held")))
        yield good
        agents = GaugeMetricFamily("callboard_agents", "Agents, by their state.", labels=["state"])
        counts = Counter(entry.state for entry in entries)
        for state in STATES:
            agents.add_metric([state], counts[state])
        yield agents
        info = GaugeMetricFamily("callboard_config_info", "The revision of each agent.", labels=["agent", "revision"])
        for entry in entries:
            if entry.blueprint is not None:
                info.add_metric([entry.name, entry.blueprint.digest], 1.0)
        yield info

    def _tools(self) -> Iterator[Metric]:
        executors = self._world.toolbox.executors
        text = "Tool calls that run on although their time limit has passed."
        stuck = GaugeMetricFamily("callboard_tool_calls_stuck", text, labels=["agent"])
        for name in self._world.catalog.current.entries:
            stuck.add_metric([name], executors.stuck(name))
        yield stuck
        text = "How often a tool was found holding up the event loop."
        yield CounterMetricFamily("callboard_tool_loop_blocks", text, value=times_blocked())

    def _sessions(self) -> Metric:
        text = "Live sessions; stale ones talk to a revision that new sessions no longer get."
        sessions = GaugeMetricFamily("callboard_sessions_pinned", text, labels=["agent", "stale"])
        served = set(map(id, self._world.catalog.current.agents))
        pinned = Counter(
            (blueprint.name, str(id(blueprint) not in served).lower()) for blueprint in self._connections.values()
        )
        for (agent, stale), count in sorted(pinned.items()):
            sessions.add_metric([agent, stale], count)
        return sessions
