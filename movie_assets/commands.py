"""The earlier name of `python -m movie_assets.cli`, for one version. New commands go into cli.py."""

import runpy
import sys

if __name__ == "__main__":
    sys.stderr.write("python -m movie_assets.commands is now python -m movie_assets.cli; the old name will go.\n")
    runpy.run_module("movie_assets.cli", run_name="__main__", alter_sys=True)
