"""`shapan validate`, `shapan schema` and `shapan scenarios`: scenario files without running them."""

from __future__ import annotations

from rich.table import Table

from sim.commands.session import Session, warning_data, warning_line
from sim.scenario.load import load_variants
from sim.scenario.model import Scenario
from sim.scenario.schema_json import full_schema, override_schema
from sim.scenario.shipped import shipped_scenarios
from sim.settings.problems import ScenarioWarning


def validate_command(session: Session, file: str) -> None:
    """Check a scenario file with all its variants, and show its warnings.

    Raises:
        ShapanError: it is not valid, or there is none.
    """
    loaded = load_variants(file)
    first = loaded[0]
    warnings: dict[tuple[str, str, int, str], tuple[ScenarioWarning, str | None]] = {}
    for one in loaded:
        for warning in one.warnings:
            warnings.setdefault(
                (warning.code, warning.file, warning.line, warning.path), (warning, one.variant)
            )
    if session.json:
        session.print_json(
            {
                "valid": True,
                "id": first.scenario.id,
                "files": list(first.files),
                "variants": list(first.variants),
                "sha256": first.sha256,
                "warnings": [
                    warning_data(warning) | {"variant": variant} for warning, variant in warnings.values()
                ],
            }
        )
        return
    for warning, variant in warnings.values():
        only = "" if variant is None else session.text(f" (variant {variant})", f"（变体 {variant}）")
        session.say(f"{session.text('Warning: ', '提醒：')}{warning_line(warning, session)}{only}")
    names = ", ".join(first.variants) or session.text("none", "无")
    session.say(
        session.text(
            f"{first.files[0]}: valid. Variants: {names}. Warnings: {len(warnings)}.",
            f"{first.files[0]}：有效。变体：{names}。提醒：{len(warnings)} 条。",
        )
    )


def schema_command(session: Session, *, override: bool) -> None:
    """Print the JSON Schema of scenario files, or of their override form."""
    session.print_json(override_schema(Scenario) if override else full_schema(Scenario))


def scenarios_command(session: Session) -> None:
    """List the scenarios that ship.

    Raises:
        ScenarioError: one of them cannot be read.
    """
    shipped = shipped_scenarios()
    if session.json:
        session.print_json(
            [
                {
                    "id": one.id,
                    "name": {"zh": one.name_zh, "en": one.name_en},
                    "about": {"zh": one.about_zh, "en": one.about_en},
                    "path": str(one.path),
                }
                for one in shipped
            ]
        )
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")  # Chinese has no spaces to break at
    for one in shipped:
        about = session.text(one.about_en, one.about_zh).strip()
        table.add_row(one.id, f"{one.name_zh} · {one.name_en}")
        table.add_row("", about)
        table.add_row()
    if not session.quiet:
        session.console.print(table)
        session.say(session.text("Run one: shapan run ID --out FOLDER", "运行：shapan run 名称 --out 文件夹"))
