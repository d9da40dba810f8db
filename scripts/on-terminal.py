#!/usr/bin/env python3
"""Runs a command on a pseudo terminal and prints what it wrote there: `on-terminal.py COLUMNS COMMAND…`.

For tests of what only people see: colours, links, widths, the bar. The exit code is the command's.
"""

import fcntl
import os
import pty
import struct
import sys
import termios


def main() -> int:
    columns, command = int(sys.argv[1]), sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        # Rows, columns, and two numbers that nobody reads.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execvp(command[0], command)
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:
            # Linux says so when the last program has closed the terminal.
            break
        if not read:
            break
        sys.stdout.buffer.write(read.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
