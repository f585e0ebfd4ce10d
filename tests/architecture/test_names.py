"""Names: drawers are forbidden, every module says what it is, verbs keep their promises."""

import ast
import sys

from tests.architecture.sources import Function, Source, functions, imports, product

DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "manager",
    "handler",
    "handlers",
    "processor",
    "shared",
}
STANDARD_LIBRARY = {
    "types",
    "queue",
    "calendar",
    "select",
    "email",
    "random",
    "time",
    "datetime",
    "trace",
    "statistics",
}
WRITING = {"run", "run_many", "emit"}


def test_no_module_is_a_drawer() -> None:
    assert [source.name for source in product() if source.path.stem in DRAWERS or drawer_folder(source)] == []


def drawer_folder(source: Source) -> bool:
    return bool(DRAWERS.intersection(source.parts[:-1]))


def test_no_module_hides_one_of_the_standard_library() -> None:
    assert [source.name for source in product() if source.path.stem in STANDARD_LIBRARY] == []
    assert sys.stdlib_module_names >= STANDARD_LIBRARY


def test_every_module_says_what_it_is() -> None:
    silent = [source.name for source in product() if not (ast.get_docstring(source.tree) or "").strip()]
    assert silent == []


def test_a_getter_writes_nothing() -> None:
    writing = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in product()
        for function in functions(source)
        if function.name.startswith(("get_", "find_", "list_", "check_")) and writes(function)
    ]
    assert writing == []


def writes(function: Function) -> bool:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in WRITING and is_tx(call.value) for call in calls)


def is_tx(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "tx"


def test_a_find_may_return_nothing_and_a_get_may_not() -> None:
    lying = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in product()
        for function in functions(source)
        if function.name.startswith("get_") and function.returns is not None and optional(function.returns)
    ]
    assert lying == [], "a get_ returns or raises; call it find_"


def optional(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and any(
        isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right)
    )


def test_nothing_of_the_product_imports_tests_or_tools() -> None:
    astray = [
        f"{source.name} {name}"
        for source in product()
        for name in imports(source)
        if name.split(".")[0] in {"tests", "tools", "bench", "pytest"}
    ]
    assert astray == []
