"""Python as `sim` finds it where there is no POSIX: what only POSIX has is hidden from its modules.

Other packages keep it: on such a system they have their own ways. `install` is called in every process by
the file `sitecustomize.py` that the tests write.
"""

import builtins
import types

MODULES = {
    "_curses", "_posixsubprocess", "crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd",
    "readline", "resource", "spwd", "syslog", "termios", "tty",
}  # fmt: skip
"""Modules of the standard library whose pages say `Availability: Unix`."""
NAMES = {
    "os": """
        CLD_EXITED EX_OK F_LOCK GRND_NONBLOCK O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC
        O_LARGEFILE O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC
        O_TMPFILE P_ALL P_PID PRIO_USER RTLD_NOW SCHED_OTHER ST_RDONLY WCONTINUED WCOREDUMP
        WEXITSTATUS WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WSTOPSIG WTERMSIG WUNTRACED chown
        chroot confstr copy_file_range ctermid environb eventfd fchdir fchmod fchown fdatasync fork
        forkpty fpathconf fstatvfs getegid geteuid getgid getgrouplist getgroups getloadavg getpgid
        getpgrp getpriority getrandom getresgid getresuid getsid getuid getxattr initgroups killpg
        lchmod lchown listxattr lockf major makedev memfd_create minor mkfifo mknod nice openpty
        pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn posix_spawnp pread
        preadv pwrite pwritev readv register_at_fork removexattr sched_getaffinity sched_setaffinity
        sched_yield sendfile setegid seteuid setgid setgroups setpgid setpriority setregid setresgid
        setresuid setreuid setsid setuid setxattr splice statvfs sync sysconf tcgetpgrp tcsetpgrp
        ttyname uname unshare wait wait3 wait4 waitid writev
    """,
    "signal": """
        ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGHUP SIGIO
        SIGKILL SIGPIPE SIGPROF SIGPWR SIGQUIT SIGSTOP SIGSYS SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG
        SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_SETMASK SIG_UNBLOCK alarm
        getitimer pause pidfd_send_signal pthread_kill pthread_sigmask setitimer siginterrupt
        sigpending sigtimedwait sigwait sigwaitinfo
    """,
    "select": "epoll kqueue kevent poll",
    "socket": "AF_UNIX recv_fds send_fds sethostname",
    "time": "CLOCK_MONOTONIC clock_getres clock_gettime clock_gettime_ns clock_settime tzset",
    "mmap": "PROT_READ PROT_WRITE MAP_SHARED MAP_PRIVATE MAP_ANONYMOUS",
}
"""Names that Windows lacks, by module."""


class _Without(types.ModuleType):
    """A module that has all that another has but some names."""

    def __init__(self, whole, hidden):
        super().__init__(whole.__name__)
        self.__dict__.update({name: value for name, value in vars(whole).items() if name not in hidden})


def install():
    imported = builtins.__import__
    without = {}

    def importing(name, globals=None, locals=None, fromlist=(), level=0):
        asker = (globals or {}).get("__name__") or ""
        package = (globals or {}).get("__package__") or ""
        if not level and "sim" in (asker.partition(".")[0], package.partition(".")[0]):
            if name.partition(".")[0] in MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in NAMES:
                if name not in without:
                    without[name] = _Without(imported(name), set(NAMES[name].split()))
                return without[name]
        return imported(name, globals, locals, fromlist, level)

    builtins.__import__ = importing
