"""Turns findings into at most one readable problem per field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .findings import Finding
from .shown import shown, string_text


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: its path, the accepted values in words, and what came."""

    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.field} must be {self.expected}, got {self.got}"


@dataclass(frozen=True)
class Candidate:
    problem: Problem
    depends_on: Sequence[str]


def readable_problems(findings: Sequence[Finding]) -> list[Problem]:
    """Tell each wrong field once; a condition is left out where a field that it reads is wrong itself."""
    candidates = [candidate for finding in without_branches(findings) for candidate in candidates_of(finding)]
    plain = {one.problem.field for one in candidates if not one.depends_on}
    told: dict[str, Problem] = {}
    for one in candidates:
        name = one.problem.field
        silent = bool(one.depends_on) and (name in plain or any(other in plain for other in one.depends_on))
        if name not in told and not silent:
            told[name] = one.problem
    return list(told.values())


def without_branches(findings: Sequence[Finding]) -> list[Finding]:
    """Keep of a choice between schemas what is wrong inside the value or the choice itself, whichever says more."""
    choices = {finding.pointer for finding in findings if is_choice(finding)}

    def told_by_choice(finding: Finding) -> bool:
        return finding.keyword == "type" and finding.pointer in choices

    others = [finding for finding in findings if not is_choice(finding) and not told_by_choice(finding)]
    return [
        finding
        for finding in findings
        if (
            not any(f"{other.pointer}/".startswith(f"{finding.pointer}/") for other in others)
            if is_choice(finding)
            else not told_by_choice(finding)
        )
    ]


def is_choice(finding: Finding) -> bool:
    return finding.keyword in ("oneOf", "anyOf")


def candidates_of(finding: Finding) -> list[Candidate]:
    schema, here = finding.schema, path_of(finding.pointer)
    if finding.keyword == "required":
        missing = finding.params["missing"]
        expected = words_of(schema.get("properties", {}).get(missing, {}))
        return [Candidate(Problem(joined(here, missing), expected, "nothing"), ())]
    if finding.keyword == "additionalProperties":
        extra = finding.params["extra"]
        value: Any = finding.value
        return [Candidate(Problem(joined(here, extra), "no field of this name", shown(value[extra])), ())]
    above = path_of(finding.pointer.rpartition("/")[0])
    depends_on = [joined(above, field) for field in schema.get("x-depends-on", [])]
    return [Candidate(Problem(here or "(whole)", words_of(schema), shown(finding.value)), depends_on)]


def words_of(schema: Mapping[str, Any]) -> str:
    return str(schema.get("x-expected", "a value"))


def path_of(pointer: str) -> str:
    path = ""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        index = re.fullmatch(r"[0-9]+", name) is not None and path != ""
        path = f"{path}[{name}]" if index else joined(path, name)
    return path


def joined(path: str, field: str) -> str:
    name = field if re.fullmatch(r"[\w-]+", field, re.ASCII) else string_text(field)
    return name if path == "" else f"{path}.{name}"
