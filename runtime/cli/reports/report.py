"""The outcome of a check, whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from runtime.spec.problem import Problem, has_errors


@dataclass(frozen=True, slots=True)
class Report:
    """How many agents can be served, and everything that is wrong."""

    agents: int
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return has_errors(self.problems)

    @property
    def files(self) -> int:
        """How many files have a problem."""
        return len({problem.file for problem in self.problems})

    def count(self, severity: str) -> int:
        """How many problems are of a severity: error or warning."""
        return sum(problem.severity == severity for problem in self.problems)

    def strict(self) -> Report:
        """The same with every warning as an error."""
        return replace(self, problems=tuple(replace(problem, severity="error") for problem in self.problems))

    def summary(self) -> str:
        """The outcome in a line."""
        good = _counted(self.agents, "agent")
        if not self.problems:
            return f"{good}, no problems"
        problems = _counted(len(self.problems), "problem")
        return f"{good} can be served, {problems} in {_counted(self.files, 'file')}"


def in_words(problem: Problem) -> str:
    """What is wrong, then help and note on lines of their own, for readers that show the place themselves."""
    extras = (("help", problem.hint), ("note", problem.note))
    return "\n".join([problem.message, *(f"{word}: {text}" for word, text in extras if text)])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
