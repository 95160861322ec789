"""What every model of the contract has in common."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationInfo, model_validator

from .names import SCHEMA_NAMES, SchemaName
from .problems import Problem
from .validation import Direction, validate


SCHEMAS: dict[str, SchemaName] = {name: name for name in SCHEMA_NAMES}


class ContractError(ValueError):
    """A value that the contract does not take; `problems` has one entry per wrong field."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{name}: " + "; ".join(str(problem) for problem in problems))


class ContractModel(BaseModel):
    """A value of the contract. Making one judges it as its sender; `receive` judges it as its receiver."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, allow_inf_nan=False, protected_namespaces=()
    )

    @classmethod
    def receive(cls, value: object) -> Self:
        """Read what came over the wire: unknown fields are left out, x-receiver-optional ones may be missing."""
        return cls.model_validate(value, context={"direction": "receive"})

    def to_message(self) -> dict[str, JsonValue]:
        """Give the fields as they go over the wire; a field that was never set stays out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy it; with other values, which are judged as those that are received."""
        if not update:
            return super().model_copy(deep=deep)
        return self.receive({**self.to_message(), **self._as_written(update)})

    @classmethod
    def _as_written(cls, value: Mapping[str, Any]) -> dict[str, Any]:
        aliases = {name: each.alias for name, each in cls.model_fields.items() if each.alias is not None}
        return {aliases.get(name, name): member for name, member in value.items()}

    @classmethod
    def _schema_name(cls) -> SchemaName:
        """Name the schema of a model; somebody's own class below one has that one's."""
        return next(SCHEMAS[each.__name__] for each in cls.__mro__ if each.__name__ in SCHEMAS)

    @model_validator(mode="before")
    @classmethod
    def _keep_the_contract(cls, value: Any, info: ValidationInfo) -> Any:
        context: Mapping[str, Direction] = info.context or {}
        direction = context.get("direction", "send")
        plain = plain_of(value)
        if isinstance(plain, dict) and direction == "send":
            plain = cls._as_written(plain)
        name = cls._schema_name()
        problems = validate(direction, name, plain)
        if problems:
            raise ContractError(name, problems)
        return plain


def plain_of(value: Any) -> Any:
    """Give models, tuples and members of enums within a value as plain JSON values; 1.0 is 1, as JSON sees it."""
    if isinstance(value, Enum):
        return plain_of(value.value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, ContractModel):
        return value.to_message()
    if isinstance(value, Mapping):
        return {key: plain_of(member) for key, member in value.items()}
    return [plain_of(member) for member in value] if isinstance(value, (list, tuple)) else value
