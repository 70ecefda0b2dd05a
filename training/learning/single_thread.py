"""Single thread: linear algebra on one thread; to be imported before numpy is.

On a busy machine two threads that wait for each other are many times slower than one.
"""

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
