"""The ids that the contract derives instead of drawing them."""

import uuid

from .contract import TRIGGER_IDENTITY


def trigger_execution_id(orchestrator: str, game_date: str, run: int, level: int) -> str:
    """Give the execution_id of a trigger: the same for the same orchestrator, date, run and level, whoever asks."""
    name = TRIGGER_IDENTITY["name"].format(orchestrator=orchestrator, game_date=game_date, run=run, level=level)
    return str(uuid.uuid5(uuid.UUID(TRIGGER_IDENTITY["namespace"]), name))
