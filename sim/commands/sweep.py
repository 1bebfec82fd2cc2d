"""`shapan sweep`: a grid of designs with many seeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.commands.engine import ready_engine
from sim.commands.graphs import say_loaded
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.errors import Cancelled, InputError, RunError
from sim.sweep.folder import CHUNKS, RUNS, RUNS_CSV, has_changed, make_sweep
from sim.sweep.plan import Plan, read_plan
from sim.text import Text

SWEEP = "sweep"
"""Stage of a sweep in the lines of progress."""


@dataclass(frozen=True)
class SweepOptions:
    """What `shapan sweep` was told; see its help."""

    file: Path
    out: Path | None
    workers: int | None
    csv: bool
    retry_failed: bool
    dry_run: bool
    progress: ProgressStyle


def sweep_command(session: Session, options: SweepOptions) -> None:
    """Check a sweep file, make its runs, and say what came out.

    Raises:
        ShapanError: see `sim.sweep`; a `RunError` too when some runs failed, after everything is written.
    """
    plan = read_plan(options.file)
    if options.dry_run:
        _show_plan(session, plan)
        return
    if options.out is None:
        raise InputError(
            "sweep: needs --out DIR to keep its runs in; or --dry-run, to check the file only",
            "sweep：需要 --out DIR 存放运行；若只检查文件，用 --dry-run",
        )
    for graph in plan.graphs:
        if graph.files is not None:
            say_loaded(session, graph.files.report)
    ready_engine(session, options.progress)
    if has_changed(plan, options.out):
        session.say(
            session.text(
                "The sweep file is not the one this folder was begun with; runs that are in both are reused.",
                "扫描文件与该文件夹开始时不同；两者共有的运行将被沿用。",
            )
        )
    done = 0
    try:
        with reporting(session, options.progress) as progress:

            def report(finished: int, runs: int) -> None:
                nonlocal done
                done = finished
                if progress is not None:
                    progress(SWEEP, finished / runs)

            manifest = make_sweep(
                plan,
                options.out,
                workers=options.workers,
                csv=options.csv,
                retry_failed=options.retry_failed,
                progress=report,
            )
    except (KeyboardInterrupt, Cancelled) as error:
        kept = _kept(plan, done)
        raise Cancelled(f"cancelled; {kept.en}", f"已取消；{kept.zh}") from error
    except RunError as error:
        kept = _kept(plan, done)
        raise RunError(f"{error.text.en}; {kept.en}", f"{error.text.zh}；{kept.zh}") from error
    if session.json:
        session.print_json(manifest | {"out": str(options.out)})
    else:
        reused = manifest["timing"]["runs_reused"]
        names = f"{RUNS}, {RUNS_CSV}" if options.csv else RUNS
        session.say(
            session.text(
                f"{plan.size:,} runs ({reused:,} were there already) written to {options.out}: {names}",
                f"{plan.size:,} 次运行（其中 {reused:,} 次已有）写入 {options.out}：{names}",
            )
        )
        _say_others(session, manifest["of_other_versions"], options.out)
    if manifest["failed"]:
        first = manifest["errors"][0]
        raise RunError(
            f"{manifest['failed']:,} of {plan.size:,} runs failed; the column `error` says why. "
            f"{first['runs']:,} of them: {first['en']}",
            f"{plan.size:,} 次运行中有 {manifest['failed']:,} 次失败；原因见 `error` 列。"
            f"其中 {first['runs']:,} 次：{first['zh']}",
        )


def _say_others(session: Session, others: dict[str, Any], out: Path) -> None:
    """What of other versions of the model stays in the folder, unused."""
    if others["runs"]:
        session.say(
            session.text(
                f"{others['runs']:,} runs of another version are kept in {out / CHUNKS}, unused.",
                f"另一版本的 {others['runs']:,} 次运行保留在 {out / CHUNKS}，未使用。",
            )
        )
    for name in others["tables"]:
        session.say(
            session.text(
                f"The table of another version is kept in {out / name}.",
                f"另一版本的结果表保留在 {out / name}。",
            )
        )


def _kept(plan: Plan, done: int) -> Text:
    return Text(
        f"{done:,} of {plan.size:,} runs are finished and kept, the same command goes on from there",
        f"{plan.size:,} 次运行已完成 {done:,} 次并保留，重复同一命令即可继续",
    )


def _show_plan(session: Session, plan: Plan) -> None:
    seeds = len(plan.file.all_seeds)
    if session.json:
        session.print_json(
            {
                "valid": True,
                "runs": plan.size,
                "points": len(plan.points),
                "seeds": seeds,
                "scenario_files": list(plan.scenario_files),
                "outputs": list(plan.file.outputs),
            }
        )
        return
    session.say(
        session.text(
            f"{plan.path}: valid. {len(plan.points):,} designs x {seeds:,} seeds = {plan.size:,} runs.",
            f"{plan.path}：有效。{len(plan.points):,} 个方案 × {seeds:,} 个种子 = {plan.size:,} 次运行。",
        )
    )
    for path, values in plan.file.grid.items():
        session.say(f"  {path}: {', '.join(map(str, values))}")
