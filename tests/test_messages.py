"""The types of the messages in the browser's half are those of the contract in Python."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, NotRequired, TypedDict

import pytest

from tests.messages import FILE, declarations, written


class Weather(StrEnum):
    SUN, RAIN = "sun", "rain"


class Place(TypedDict):
    name: str
    weather: Weather


class Journey(TypedDict):
    type: Literal["journey"]
    places: list[Place]
    legs: list[tuple[str, int]]
    back: NotRequired[bool]
    kept: dict[str, float | None]
    answers: list[Literal[1, 2] | None]
    what: Any


class Half(TypedDict, total=False):
    one: object


def test_the_file_is_what_the_contract_says() -> None:
    assert FILE.read_text("utf-8") == written(), "run `make messages`"


def test_each_form_of_a_type_has_its_form_in_typescript() -> None:
    assert declarations({"Journey": Journey, "Either": Place | Half}) == (
        "export type Either = Place | Half;\n\n"
        "export interface Half {\n  one?: unknown;\n}\n\n"
        "export interface Journey {\n"
        '  type: "journey";\n'
        "  places: Place[];\n"
        "  legs: [string, number][];\n"
        "  back?: boolean;\n"
        "  kept: Record<string, number | null>;\n"
        "  answers: (1 | 2 | null)[];\n"
        "  what: any;\n"
        "}\n\n"
        "export interface Place {\n  name: string;\n  weather: Weather;\n}\n\n"
        'export type Weather = "sun" | "rain";\n'
    )


def test_a_type_without_a_form_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="bytes"):
        declarations({"Raw": bytes})
