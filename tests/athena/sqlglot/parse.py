"""Statements of Athena as sqlglot reads them: a JSON list of texts comes in, a JSON list of what each says goes out."""

import json
import sys

from sqlglot import exp, parse
from sqlglot.errors import ErrorLevel


def said(statement):
    [tree] = parse(statement, dialect="athena", error_level=ErrorLevel.RAISE)
    kind = type(tree).__name__
    if isinstance(tree, exp.Create):
        schema = tree.this
        properties = tree.args["properties"].expressions
        find = lambda wanted: next((one for one in properties if isinstance(one, wanted)), None)
        serde = find(exp.RowFormatSerdeProperty)
        files = find(exp.FileFormatProperty)
        return {
            "kind": f"{kind} {tree.args['kind']}",
            "isExternal": find(exp.ExternalProperty) is not None,
            "table": table(schema.this),
            "columns": [
                {"name": one.name, "type": one.args["kind"].sql(dialect="hive").lower()}
                for one in schema.expressions
            ],
            "serde": serde.this.name,
            "input": files.this.args["input_format"].name,
            "output": files.this.args["output_format"].name,
            "location": find(exp.LocationProperty).this.name,
        }
    if isinstance(tree, exp.Drop):
        return {"kind": f"{kind} {tree.args['kind']}", "table": table(tree.find(exp.Table))}
    named = {one.alias for one in tree.find_all(exp.CTE)}
    tables = {table(one) for one in tree.find_all(exp.Table) if one.name not in named}
    return {"kind": kind, "tables": sorted(tables)}


def table(one):
    return f"{one.db}.{one.name}"


def answer(statement):
    try:
        return said(statement)
    except Exception as failure:
        return {"error": str(failure)}


json.dump([answer(one) for one in json.load(sys.stdin)], sys.stdout)
