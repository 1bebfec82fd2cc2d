"""`shapan app`: the web page, on this machine only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sim.commands.session import Session
from sim.errors import RunError, reason

_PACKAGE = Path(__file__).resolve().parents[1]


def app_file() -> Path:
    """The page's file: in the installed package, else in the checkout.

    Raises:
        RunError: there is none.
    """
    checkout = _PACKAGE.parent
    candidates = [_PACKAGE / "_shipped" / "app.py"]
    if (checkout / "pyproject.toml").is_file():  # else it is site-packages
        candidates.append(checkout / "app.py")
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise RunError(
        "app.py is missing from this installation of Shapan; install it again",
        "此沙盘安装缺少 app.py；请重新安装",
    )


def app_command(session: Session, port: int, *, browser: bool) -> None:
    """Start the page's server and wait for it to end.

    Raises:
        RunError: the page is missing, or the server failed.
    """
    options = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "false" if browser else "true",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
    }
    # -P: a file of the user's that is called like one of ours, or of what we use, is not to be run
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(app_file())]
    command += [f"--{name}={value}" for name, value in options.items()]
    session.say(
        session.text(
            f"Shapan on http://127.0.0.1:{port}  (Ctrl-C ends it)",
            f"沙盘：http://127.0.0.1:{port} （Ctrl-C 结束）",
        )
    )
    try:
        code = subprocess.run(command, check=False).returncode
    except OSError as error:
        why = reason(error)
        raise RunError(f"streamlit cannot be started: {why.en}", f"无法启动 streamlit：{why.zh}") from error
    if code:
        raise RunError(f"the page's server ended with code {code}", f"网页服务已退出，退出码 {code}")
