"""The plan of the house, held by reading the source: arrows that point one way, files and functions of human size."""

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "milebill"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LEAVES = {
    "agreed_criteria", "bank_file", "brand", "canonical", "catalogues", "categories", "changes", "clock", "config",
    "countries", "csv_cells", "db", "electronic_address", "errors", "exposure", "exposure_so_far", "files", "glyphs",
    "law", "links", "matching", "money", "plans", "prepared", "reader", "rows", "sheets", "split", "sqlite_writing",
    "tax", "templating", "testability", "typed_amounts", "typed_text", "working_days", "write_queue", "zip_stream",
}  # fmt: skip
ARROWS: dict[str, set[str]] = {
    "milebill": {"web", "outbound", "cli", "models", "leaves"},
    "serving": {"milebill", "demo", "leaves"},
    "worker": {"milebill", "domain", "outbound", "leaves"},
    "cli": {"domain", "queries", "outbound", "models", "leaves"},
    "demo": {"domain", "models", "leaves"},
    "web": {"domain", "queries", "outbound", "models", "leaves"},
    "queries": {"models", "leaves"},
    "outbound": {"domain.leases", "domain.transmissions", "models", "leaves"},
    "domain": {"models", "leaves"},
    "models": {"leaves"},
    "leaves": set(),
}
NO_FLASK = {"domain", "models", "queries"}
MAY_KNOW_FLASK = {"db", "reader", "templating"}
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE = 320, 45, 160


def for_each(things: Sequence[Thing]) -> Callable[[Callable[[Thing], None]], Callable[[], None]]:
    """Make one test of a rule and all that it holds for; it fails with everything that breaks it."""

    def decorate(rule: Callable[[Thing], None]) -> Callable[[], None]:
        def test() -> None:
            faults = []
            for thing in things:
                try:
                    rule(thing)
                except AssertionError as error:
                    faults.append(f"{thing}: {error}")
            assert not faults, "\n".join(faults)

        test.__name__, test.__doc__ = rule.__name__, rule.__doc__
        return test

    return decorate


def name_of(path: Path) -> str:
    """milebill/web/live.py → milebill.web.live"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> str:
    """milebill.web.live → web; the application factory is a layer of its own."""
    parts = module.split(".")
    if len(parts) == 1:
        return "milebill"
    return "leaves" if parts[1] in LEAVES else parts[1]


MODULES = {name_of(path): path for path in SOURCES}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}


def imports(module: str) -> Iterator[str]:
    """Every module that it names in an import."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module or ""


def ours(module: str) -> set[str]:
    """Modules of the product that it imports."""
    return {name for name in imports(module) if name in MODULES and name != module}


@for_each(list(MODULES))
def test_arrows_point_one_way(module: str) -> None:
    layer = layer_of(module)
    for other in ours(module):
        target = layer_of(other)
        allowed = target == layer or target in ARROWS[layer]
        allowed = allowed or other.removeprefix("milebill.") in ARROWS[layer]
        assert allowed, f"{module} ({layer}) imports {other} ({target})"


def test_every_layer_is_known() -> None:
    assert {layer_of(module) for module in MODULES} == set(ARROWS)


def test_there_are_no_circles() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for other in sorted(ours(module)):
                # A package that gathers its own modules is no circle.
                if not other.startswith(f"{module}.") or MODULES[module].name != "__init__.py":
                    visit(other, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_leaves_do_not_grow_circles_with_the_packages_that_gather() -> None:
    """A module of a package may not import the package's own gathering __init__ (except models, whose list it is)."""
    for module in MODULES:
        parent = module.rpartition(".")[0]
        if parent and parent != "milebill":
            assert parent not in ours(module), f"{module} imports its own package"


@for_each(list(MODULES))
def test_imports_stand_at_the_top(module: str) -> None:
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
            assert not inner, f"{module}.{node.name} hides an import"


@for_each([module for module in MODULES if layer_of(module) in NO_FLASK | {"leaves"}])
def test_the_inside_knows_no_http(module: str) -> None:
    if layer_of(module) == "leaves" and module.rpartition(".")[2] in MAY_KNOW_FLASK:
        return
    known = {name.split(".")[0] for name in imports(module)}
    assert not known & {"flask", "flask_babel", "flask_wtf", "flask_mail", "werkzeug", "wtforms", "htmx_flask"}


def calls(module: str) -> Iterator[str]:
    """Names and attributes that are called."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


WRITES = {
    "insert", "update", "delete", "add_all", "commit", "rollback", "transaction", "change_row",
    "append_all", "flush",
}  # fmt: skip


@for_each([module for module in MODULES if layer_of(module) == "queries"])
def test_queries_never_write(module: str) -> None:
    assert not set(calls(module)) & (WRITES | {"add", "lock"})


@for_each([module for module in MODULES if layer_of(module) in {"web", "outbound"}])
def test_only_the_domain_changes_records(module: str) -> None:
    called = set(calls(module))
    assert not called & {"commit", "rollback", "transaction", "change_row", "append_all", "add_all", "begin"}
    assert not {"insert", "delete"} & {name.rpartition(".")[2] for name in imports(module)}
    assert "milebill.db.transaction" not in _names(module)


def _names(module: str) -> set[str]:
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_only_one_place_ends_a_transaction() -> None:
    ends = {module for module in MODULES if {"commit", "rollback"} & set(calls(module))}
    assert ends == {"milebill.db", "milebill.write_queue"}


def test_only_verbs_write_rows() -> None:
    assert {module for module in MODULES if "milebill.rows" in imports(module)} == {"milebill.domain.work"}


COUNTS = {"bank_file", "categories", "csv_cells", "matching", "money", "split", "tax"}
COUNTS |= {f"queries.{name}" for name in ("bank", "exports", "statement")}
EXACT = [m for m in MODULES if m.removeprefix("milebill.") in COUNTS or layer_of(m) == "domain"]


@for_each(EXACT)
def test_money_never_meets_a_float(module: str) -> None:
    for node in ast.walk(TREES[module]):
        where = f"{module}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), where
        assert not (isinstance(node, ast.Name) and node.id in {"float", "round", "Decimal"}), where


@for_each(SOURCES)
def test_files_and_functions_are_of_human_size(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE
    for node in ast.walk(TREES[name_of(path)]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            begin = node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.body[0].lineno
            assert (node.end_lineno or 0) - begin < MAX_FUNCTION, node.name


@for_each(sorted((ROOT / "tests").rglob("*.py")))
def test_tests_are_of_human_size(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE + 40


@for_each(sorted((ROOT / "templates").rglob("*.*")))
def test_templates_are_of_human_size_and_decide_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_TEMPLATE
    assert "|safe" not in text.replace(" ", "")
    relative = path.relative_to(ROOT / "templates").as_posix()
    if not relative.startswith(("emails/", "documents/", "layouts/email")):
        assert " style=" not in text
        assert "<style" not in text
        assert "onclick=" not in text
        assert "hx-on" not in text


RENDERER = "milebill.outbound.renderer"


@pytest.mark.parametrize("library", ["xhtml2pdf", "reportlab", "pikepdf"])
def test_a_library_is_wrapped_in_one_place(library: str) -> None:
    users = {module for module in MODULES if any(name.split(".")[0] == library for name in imports(module))}
    assert users
    assert all(module.startswith(f"{RENDERER}.") for module in users)


def test_the_renderer_s_process_knows_nothing_else_of_ours() -> None:
    for module in MODULES:
        if module.startswith(RENDERER):
            assert all(name.startswith(RENDERER) for name in ours(module)), module


def test_nobody_asks_for_a_helper() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert not [path for path in SOURCES if path.stem in vague]


def test_a_module_says_what_it_is_for() -> None:
    for module, tree in TREES.items():
        one_record = layer_of(module) == "models"  # its class says it
        assert one_record or ast.get_docstring(tree), f"{module} has no docstring"


@for_each([m for m in MODULES if layer_of(m) == "domain" or m in {"milebill.money", "milebill.links"}])
def test_public_functions_explain_themselves(module: str) -> None:
    for node in TREES[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{module}.{node.name} has no docstring"
