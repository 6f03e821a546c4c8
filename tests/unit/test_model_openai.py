"""The strict schema that a structured answer is held to."""

from pydantic import BaseModel, Field

from shared.adapters.model_openai import strict_schema
from shared.contracts import Claim, Draft


def test_the_schema_of_a_draft_follows_the_contract():
    """Every field of the draft and its claims is required, in the contract's order, and nothing else is allowed."""
    schema = strict_schema(Draft)
    for node, contract in ((schema, Draft), (schema["$defs"]["Claim"], Claim)):
        assert node["type"] == "object"
        assert list(node["properties"]) == node["required"] == list(contract.model_fields)
        assert node["additionalProperties"] is False
    assert schema["properties"]["claims"]["items"] == {"$ref": "#/$defs/Claim"}


def test_only_supported_keywords_stay():
    """Defaults, titles and limits go, properties named like a keyword stay, and optional ones are required too."""

    class Inner(BaseModel):
        title: str = Field(max_length=5)

    class Outer(BaseModel):
        default: Inner | None = None
        numbers: list[int] = Field(default=[], min_length=1, description="some")

    assert strict_schema(Outer) == {
        "$defs": {
            "Inner": {
                "type": "object",
                "properties": {"title": {"type": "string"}},
                "required": ["title"],
                "additionalProperties": False,
            }
        },
        "type": "object",
        "properties": {
            "default": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]},
            "numbers": {"type": "array", "items": {"type": "integer"}, "description": "some"},
        },
        "required": ["default", "numbers"],
        "additionalProperties": False,
    }
