"""The how-to page of a further feature, followed to the letter in a copy of the sources."""

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-feature.md"
STEP = re.compile(r"At the end of `(\w+)` in `([^`]+)`.*?```python\n(.*?)```", re.DOTALL)
COPIED = ("movie_assets", "tests/support", "tests/unit/prediction/test_features.py", "pyproject.toml")

# Films as their source gives them are cleaned, learnt from and asked about; then the test with the further row.
FROM_FILMS_TO_A_RATING = """
import json
from datetime import date
from lightgbm import LGBMRegressor
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.features import columns_of, encode, labels
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.window import FilmSet
from tests.support.builders import a_movie
from tests.support.cleaning import clean
from tests.unit.prediction.test_features import test_the_allow_list_is_the_five_features_and_the_further_ones

day = date(2026, 1, 1)
films = SyntheticCatalogue(seed=7, start=day, films_per_day=0, history_films=300).fetch(day, with_history=True)
cleaned = clean(films, day=day)
part = FilmSet(cleaned.with_votes)
encoded = fit_encoders(part, seed=7)
model = LGBMRegressor(n_estimators=20, verbosity=-1)
model.fit(encoded.matrix(part, encoded.encoders), part.frame["title"].str.len())
asked = [a_movie(title="It"), a_movie(title="A much longer title than most")]
print(json.dumps({
    "cleaned": part.frame["title_len"].tolist(),
    "titles": part.frame["title"].str.len().tolist(),
    "asked": columns_of(asked)["title_len"],
    "columns": [feature for feature, _ in labels(encoded.encoders)],
    "predicted": model.predict(encode(columns_of(asked), encoded.encoders)).tolist(),
}))
test_the_allow_list_is_the_five_features_and_the_further_ones()
"""


def run(folder: Path, *arguments: str) -> str:
    """A program of this Python in the folder, with the folder's own sources; its output."""
    ended = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_steps_of_the_page_are_all_there_is_to_do(tmp_path):
    """Its entries, written where it says, lead the made-up feature from a source's record to a predicted rating."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    steps = STEP.findall(PAGE.read_text())
    for listed, name, entry in steps:
        before, start, rest = (tmp_path / name).read_text().partition(f"\n{listed} = ")
        entries, end, after = re.split(r"(\n[)\]]\n)", rest, maxsplit=1)
        indented = textwrap.indent(textwrap.dedent(entry), "    ").rstrip() + ","
        (tmp_path / name).write_text(f"{before}{start}{entries}\n{indented}{end}{after}")

    made = json.loads(run(tmp_path, "-c", FROM_FILMS_TO_A_RATING).splitlines()[-1])

    assert [Path(name).name for _, name, _ in steps] == ["features.py", "columns.py", "test_features.py"]
    assert made["cleaned"] == made["titles"]
    assert made["asked"] == [2, 29]
    assert made["columns"].count("title_len") == 1
    assert made["predicted"][0] < made["predicted"][1]
