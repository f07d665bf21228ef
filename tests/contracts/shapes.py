"""Shape-only extracts of the platforms' published contracts, and the checks against them.

One file a contract: `tests/contracts/<platform>/<name>.json` for an HTTP operation (what `operation` below
makes of an OpenAPI document) and `.graphql` for a schema. They hold paths, names, types, required and enums,
never prose, and say where they come from. To add a platform:

1. Write `tests/contracts/extract_<platform>.py` with `extract(specs: Path) -> dict[str, str]`: file name below
   this folder → its content. Use `operation` and `written`.
2. Name it in EXTRACTS of `extract.py` and run `python -m tests.contracts.extract` beside the published specs.
3. In the platform's test take the `traffic` fixture (tests/connectors/conftest.py), talk to the sandbox, and
   hand every exchange to `Operation.read("<platform>", "<name>").check(response)`.

`test_extracts.py` runs the extraction again where the specs are at hand and fails if a file is out of date.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
Json = dict[str, Any]

_SHAPE = {
    "type", "properties", "required", "items", "enum", "additionalProperties", "oneOf", "anyOf", "allOf", "const",
    "format", "pattern", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "$ref", "nullable",
}  # fmt: skip


def written(source: Json, content: Json) -> str:
    """A contract file. `source` holds file, version and licence."""
    return json.dumps({"source": source, **content}, indent=1) + "\n"


def operation(document: Json, path: str, method: str) -> Json:
    """One operation of an OpenAPI 3 document, with every schema it reaches."""
    found = document["paths"][path][method]
    shared = document["paths"][path].get("parameters", [])
    parameters = [_resolved(document, each) for each in (*shared, *found.get("parameters", []))]
    request = _resolved(document, found.get("requestBody", {})).get("content", {})
    answers = {code: _resolved(document, each) for code, each in found["responses"].items()}
    kept = {
        "method": method.upper(),
        "path": path,
        "parameters": [
            {"name": each["name"], "in": each["in"], "required": each.get("required", False)}
            | {"schema": shape(each.get("schema", {}))}
            for each in parameters
        ],
        "request": {kind: shape(each.get("schema", {})) for kind, each in request.items()},
        "responses": {
            str(code): shape(_json(each.get("content", {})).get("schema", {}))
            for code, each in answers.items()
        },
    }
    return kept | {"$defs": _reached(document, kept)}


def shape(schema: Any) -> Any:
    """A JSON Schema without its prose, OpenAPI's `nullable` written as a type."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key in _SHAPE}
    if "properties" in kept:
        kept["properties"] = {name: shape(each) for name, each in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in kept:
            kept[key] = shape(kept[key])
    for key in ("oneOf", "anyOf", "allOf"):
        if key in kept:
            kept[key] = [shape(each) for each in kept[key]]
    if "$ref" in kept:
        return {"$ref": f"#/$defs/{_name(kept['$ref'])}"}
    if kept.pop("nullable", False):
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


def _reached(document: Json, part: Any) -> Json:
    found: Json = {}
    waiting = _refs(part)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = shape(document["components"]["schemas"][name])
            waiting |= _refs(found[name])
    return dict(sorted(found.items()))


def _refs(part: Any) -> set[str]:
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(part)))


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


def _resolved(document: Json, part: Json) -> Json:
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def _json(content: Json) -> Json:
    return next((each for kind, each in content.items() if "json" in kind), {})


@dataclass(frozen=True)
class Operation:
    """A published operation, to hold real exchanges against."""

    contract: Json

    @classmethod
    def read(cls, platform: str, name: str) -> Operation:
        return cls(json.loads((HERE / platform / f"{name}.json").read_text()))

    def is_of(self, request: httpx.Request) -> bool:
        """Whether a request is this operation, whatever prefix the sandbox put before its path."""
        path = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(self.contract["path"]))
        return request.method == self.contract["method"] and bool(re.search(f"{path}$", request.url.path))

    def check(self, response: httpx.Response) -> None:
        """Raises AssertionError with the first difference between an exchange and the contract."""
        self._check_request(response.request)
        code = str(response.status_code)
        answers = self.contract["responses"]
        named = next((each for each in (code, f"{code[0]}XX", "default") if each in answers), None)
        assert named, f"{self.contract['path']} never answers {code}"
        schema = answers[named]
        if schema:
            self.validate(schema, response.json())

    def _check_request(self, request: httpx.Request) -> None:
        assert self.is_of(request), f"{request.method} {request.url.path} is not {self.contract['path']}"
        given = {"query": dict(request.url.params), "header": dict(request.headers)}
        for each in self.contract["parameters"]:
            name = each["name"].lower() if each["in"] == "header" else each["name"]
            if each["required"] and each["in"] in given:
                assert name in given[each["in"]], f"{name} is missing in the {each['in']}"
        known = {each["name"] for each in self.contract["parameters"] if each["in"] == "query"}
        assert set(given["query"]) <= known, f"unknown query parameters: {set(given['query']) - known}"
        for each in self.contract["parameters"]:
            if each["in"] == "query" and each["name"] in given["query"]:
                self._validate_text(each["schema"], given["query"][each["name"]])
        self._check_body(request)

    def _check_body(self, request: httpx.Request) -> None:
        kind = request.headers.get("content-type", "").partition(";")[0]
        bodies = self.contract["request"]
        if not kind or not (bodies or request.content):  # some want the header on a GET as well
            return
        assert kind in bodies, f"{self.contract['path']} takes {list(bodies)}, not {kind}"
        if "multipart" in kind:  # files have no shape
            return
        body = dict(parse_qsl(request.content.decode())) if "form" in kind else json.loads(request.content)
        self.validate(bodies[kind], body)

    def _validate_text(self, schema: Json, value: str) -> None:
        """A query value is text, whatever type it stands for."""
        kind = schema.get("type")
        self.validate(schema, json.loads(value) if kind in ("integer", "number", "boolean") else value)

    def validate(self, schema: Json, value: Any) -> None:
        validator = Draft202012Validator({**schema, "$defs": self.contract.get("$defs", {})})
        error = next(iter(validator.iter_errors(value)), None)
        assert error is None, f"{error.json_path}: {error.message}" if error else ""
