"""The earlier name of `python -m movie_assets.defs.startup`, for one version."""

import runpy
import sys

if __name__ == "__main__":
    sys.stderr.write("python -m movie_assets.defs.orphans is now python -m movie_assets.defs.startup.\n")
    runpy.run_module("movie_assets.defs.startup", run_name="__main__", alter_sys=True)
